import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.utils.internals.ByteUtils;

/**
 * Prints, as JSON, what Apache Kafka's own classes (kafka-clients 4.4.0) write: record batches and numbers of variable
 * length: `java -cp $(the classpath of tooling/kafka) JavaVectors.java > java-vectors.json`
 */
public class JavaVectors {
    static final byte MAGIC = 2;
    static final Header[] NONE = {};

    static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }

    static String hex(MemoryRecords records) {
        return hex(records.buffer());
    }

    static MemoryRecordsBuilder builder(long baseOffset, Compression compression) {
        return MemoryRecords.builder(ByteBuffer.allocate(1 << 20), MAGIC, compression, TimestampType.CREATE_TIME, baseOffset,
            -1L, -1L, (short) -1, -1, false, -1);
    }

    /** Values of one letter, one millisecond after the other. */
    static String batch(long baseOffset, long producerId, boolean transactional, String letters) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 20), MAGIC, Compression.NONE,
            TimestampType.CREATE_TIME, baseOffset, -1L, producerId, (short) 0, 0, transactional, 0);
        for (int index = 0; index < letters.length(); index++)
            builder.append(index, null, letters.substring(index, index + 1).getBytes(), NONE);
        return hex(builder.build());
    }

    static String mark(long offset, long producerId, ControlRecordType type) {
        return hex(MemoryRecords.withEndTransactionMarker(offset, 0L, 0, producerId, (short) 0, new EndTransactionMarker(type, 0)));
    }

    static String timestamps(TimestampType type, long logAppendTime, long... times) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 20), MAGIC, Compression.NONE, type, 0L,
            logAppendTime, -1L, (short) -1, -1, false, -1);
        for (long time : times) builder.append(time, null, new byte[0], NONE);
        return hex(builder.build());
    }

    /** 70 records: sizes, counts and places that take one byte and two. */
    static MemoryRecords many(long baseOffset, Compression compression) {
        MemoryRecordsBuilder builder = builder(baseOffset, compression);
        for (int index = 0; index < 70; index++) {
            byte[] key = new byte[index];
            Arrays.fill(key, (byte) index);
            Header[] headers = new Header[index == 66 ? 66 : index % 3];
            for (int each = 0; each < headers.length; each++)
                headers[each] = new RecordHeader("é".repeat(index / 2), each == 1 ? null : new byte[] {(byte) each});
            builder.append(1_000L * index, key, "abc".repeat(index / 2).getBytes(), headers);
        }
        return builder.build();
    }

    static String compacted() {
        MemoryRecordsBuilder builder = builder(3, Compression.NONE);
        for (long offset : new long[] {4, 7, 8}) builder.appendWithOffset(offset, offset, null, new byte[] {(byte) offset}, NONE);
        builder.overrideLastOffset(11);
        return hex(builder.build());
    }

    static String empty() {
        ByteBuffer bytes = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        DefaultRecordBatch.writeEmptyHeader(bytes, MAGIC, 42L, (short) 0, 0, 5L, 9L, 0, TimestampType.CREATE_TIME, 0L, false, false);
        bytes.flip();
        return hex(bytes);
    }

    static String varint(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(10);
        ByteUtils.writeVarint(value, bytes);
        return hex(bytes.flip());
    }

    static String varlong(long value) {
        ByteBuffer bytes = ByteBuffer.allocate(10);
        ByteUtils.writeVarlong(value, bytes);
        return hex(bytes.flip());
    }

    static String unsignedVarint(int value) {
        ByteBuffer bytes = ByteBuffer.allocate(10);
        ByteUtils.writeUnsignedVarint(value, bytes);
        return hex(bytes.flip());
    }

    static final List<String> batches = new ArrayList<>();

    static void add(String name, String hex) {
        batches.add("    \"" + name + "\": \"" + hex + "\"");
    }

    public static void main(String[] arguments) {
        add("times 5, 9, 7", timestamps(TimestampType.CREATE_TIME, -1L, 5, 9, 7));
        add("times 9, 5, 7", timestamps(TimestampType.CREATE_TIME, -1L, 9, 5, 7));
        add("appendTime", timestamps(TimestampType.LOG_APPEND_TIME, 1_700_000_111_222L, 5, 9, 7));
        add("many", hex(many(0, Compression.NONE)));
        add("manyGzip", hex(many(70, Compression.gzip().build())));
        add("manySnappy", hex(many(140, Compression.snappy().build())));
        add("manyLz4", hex(many(210, Compression.lz4().build())));
        add("manyZstd", hex(many(280, Compression.zstd().build())));
        add("compacted", compacted());
        add("empty", empty());
        // What two transactions and a writer without any leave in a log, one after the other.
        add("a0", batch(0, 41, true, "ab"));
        add("b2", batch(2, 42, true, "c"));
        add("plain3", batch(3, 43, false, "de"));
        add("a5 aborted", mark(5, 41, ControlRecordType.ABORT));
        add("a6", batch(6, 41, true, "f"));
        add("b7", batch(7, 42, true, "g"));
        add("a8 committed", mark(8, 41, ControlRecordType.COMMIT));
        add("b9 aborted", mark(9, 42, ControlRecordType.ABORT));
        add("b10", batch(10, 42, true, "h"));
        add("b11 committed", mark(11, 42, ControlRecordType.COMMIT));

        StringJoiner numbers = new StringJoiner(",\n");
        for (int value : new int[] {0, 1, 63, 64, 127, 128, 8_191, 8_192, 16_383, 16_384, 1_048_575, 1_048_576, 2_097_151, 2_097_152,
            134_217_727, 134_217_728, 268_435_455, 268_435_456, Integer.MAX_VALUE})
            numbers.add(String.format("    { \"value\": %d, \"unsigned\": \"%s\", \"varint\": \"%s\", \"negative\": \"%s\" }",
                value, unsignedVarint(value), varint(value), varint(-1 - value)));
        StringJoiner longs = new StringJoiner(",\n");
        for (int bits = 6; bits <= 53; bits++) {
            long value = (1L << bits) - 1;
            longs.add(String.format("    { \"value\": %d, \"varlong\": \"%s\", \"negative\": \"%s\" }", value, varlong(value), varlong(-1 - value)));
        }
        System.out.println("{\n  \"batches\": {\n" + String.join(",\n", batches) + "\n  },\n  \"numbers\": [\n" + numbers
            + "\n  ],\n  \"longs\": [\n" + longs + "\n  ]\n}");
    }
}
