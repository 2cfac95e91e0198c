import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes transactions to partition 0 of a topic with Apache Kafka's own client: "Transactions.java SERVER TOPIC ID STEP...".
 * A step is "commit:a,b" or "abort:c" with the values to write, or "open:d", which is left open.
 */
public class Transactions {
    public static void main(String[] args) {
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "transactional.id", args[2],
            "key.serializer", StringSerializer.class, "value.serializer", StringSerializer.class);
        var producer = new KafkaProducer<String, String>(settings);
        producer.initTransactions();
        for (int index = 3; index < args.length; index += 1) {
            String[] step = args[index].split(":");
            producer.beginTransaction();
            for (String value : step[1].split(",")) producer.send(new ProducerRecord<>(args[1], 0, null, value));
            producer.flush();
            if (step[0].equals("commit")) producer.commitTransaction();
            if (step[0].equals("abort")) producer.abortTransaction();
        }
        // Without close(), which would abort what is open.
        Runtime.getRuntime().halt(0);
    }
}
