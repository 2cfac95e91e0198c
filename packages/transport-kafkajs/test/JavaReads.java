import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.StringJoiner;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;

/**
 * Reads record sets, one in hexadecimal digits on each line, as Apache Kafka's own consumer does (kafka-clients 4.4.0: all
 * checksums checked), and prints of each the offsets of its records, or "refused":
 * `java -cp $(the classpath of tooling/kafka) JavaReads.java < hex`
 */
public class JavaReads {
    static String read(String hex) {
        StringJoiner offsets = new StringJoiner(" ");
        try (BufferSupplier buffers = BufferSupplier.create()) {
            Iterator<? extends RecordBatch> batches =
                MemoryRecords.readableRecords(ByteBuffer.wrap(HexFormat.of().parseHex(hex))).batchIterator();
            while (batches.hasNext()) {
                RecordBatch batch = batches.next();
                batch.ensureValid();
                try (CloseableIterator<Record> records = batch.streamingIterator(buffers)) {
                    while (records.hasNext()) {
                        Record record = records.next();
                        record.ensureValid();
                        if (!batch.isControlBatch()) offsets.add(Long.toString(record.offset()));
                    }
                }
            }
        } catch (Exception | OutOfMemoryError refusal) {
            return "refused";
        }
        return offsets.toString();
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) System.out.println(read(line));
    }
}
