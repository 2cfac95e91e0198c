import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A member of a group, with Apache Kafka's own client and its defaults: "GroupMember.java SERVER GROUP TOPIC HANDLE_MS
 * [NAME=VALUE]...", with further settings by Kafka's names. Handling a record takes HANDLE_MS. SIGTERM closes it.
 *
 * Prints JSON lines: {"event": "started"}, {"event": "record", topic, partition, offset} after each record is handled, and
 * {"event": "assigned" | "revoked" | "lost", partitions: [[topic, partition], ...]}; each with "at", Unix time in milliseconds.
 */
public class GroupMember {
    private static volatile boolean closing = false;

    public static void main(String[] args) throws Exception {
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", args[0], "group.id", args[1],
            "auto.offset.reset", "earliest", "key.deserializer", StringDeserializer.class,
            "value.deserializer", StringDeserializer.class));
        for (String setting : List.of(args).subList(4, args.length)) {
            String[] parts = setting.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        int handleMs = Integer.parseInt(args[3]);
        var consumer = new KafkaConsumer<String, String>(settings);
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            closing = true;
            consumer.wakeup();
            try {
                main.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }));
        consumer.subscribe(List.of(args[2]), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                print("assigned", partitions);
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                // As its documentation advises: with a cooperative assignor, what was polled since the member joined is committed by
                // nobody else.
                consumer.commitSync();
                print("revoked", partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                print("lost", partitions);
            }
        });
        print("started", "");
        try (consumer) {
            while (!closing) {
                // All that a poll brought is handled before the next one, as the next one commits it.
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    Thread.sleep(handleMs);
                    print("record", ", \"topic\": \"%s\", \"partition\": %d, \"offset\": %d"
                        .formatted(record.topic(), record.partition(), record.offset()));
                }
            }
        } catch (WakeupException closed) {
            // What wakes the poll is the end.
        }
    }

    private static void print(String event, Collection<TopicPartition> partitions) {
        print(event, ", \"partitions\": " + partitions.stream()
            .map(one -> "[\"%s\", %d]".formatted(one.topic(), one.partition()))
            .collect(Collectors.joining(", ", "[", "]")));
    }

    private static void print(String event, String more) {
        System.out.printf("{\"event\": \"%s\", \"at\": %d%s}%n", event, System.currentTimeMillis(), more);
        // Nobody reads the lines any more: the program that started this one is gone.
        if (System.out.checkError()) closing = true;
    }
}
