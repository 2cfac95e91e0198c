import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads all partitions of a topic to the end of what is committed, with Apache Kafka's own client. Prints a line for each
 * record, by partition: partition, offset, value (a dash for none), separated by spaces. "CommittedLog.java SERVER TOPIC".
 */
public class CommittedLog {
    public static void main(String[] args) {
        Map<String, Object> settings = Map.of("bootstrap.servers", args[0], "isolation.level", "read_committed",
            "key.deserializer", StringDeserializer.class, "value.deserializer", StringDeserializer.class);
        try (var consumer = new KafkaConsumer<String, String>(settings)) {
            List<TopicPartition> partitions = consumer.partitionsFor(args[1]).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition())).collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<Integer, StringBuilder> lines = new TreeMap<>();
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.offset() >= ends.get(new TopicPartition(record.topic(), record.partition()))) continue;
                    String value = record.value() == null ? "-" : record.value();
                    lines.computeIfAbsent(record.partition(), partition -> new StringBuilder())
                        .append("%d %d %s%n".formatted(record.partition(), record.offset(), value));
                }
            }
            lines.values().forEach(System.out::print);
        }
    }
}
