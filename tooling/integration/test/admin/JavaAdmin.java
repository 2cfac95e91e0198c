import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Does what Apache Kafka's own admin client does (kafka-clients 4.4.0), and prints, as JSON, a list of what it says to each
 * command: `java -cp $(the classpath of tooling/kafka) JavaAdmin.java SERVER COMMAND...`
 *
 * "offsets TOPIC earliest|latest|MILLISECONDS": the offsets of partitions 0, 1, ..., as a reader of committed records sees them.
 * "delete TOPIC PARTITION OFFSET": the low watermark, or the name of the error.
 * "configs TOPIC": by name the value, the source, whether it is the default, sensitive, read-only, and Kafka's own default.
 * "alter TOPIC NAME VALUE" sets a value, "alter TOPIC NAME" deletes it.
 */
public class JavaAdmin {
    static String text(String value) {
        return value == null ? "null" : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    static String offsets(Admin admin, String topic, String at) throws Exception {
        int count = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
        OffsetSpec spec = at.equals("earliest") ? OffsetSpec.earliest()
            : at.equals("latest") ? OffsetSpec.latest() : OffsetSpec.forTimestamp(Long.parseLong(at));
        Map<TopicPartition, OffsetSpec> wanted = new TreeMap<>((one, other) -> one.partition() - other.partition());
        for (int partition = 0; partition < count; partition++) wanted.put(new TopicPartition(topic, partition), spec);
        var results = admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all().get();
        return wanted.keySet().stream().map(place -> text("" + results.get(place).offset())).collect(Collectors.joining(", ", "[", "]"));
    }

    static String delete(Admin admin, String topic, int partition, long offset) throws Exception {
        TopicPartition place = new TopicPartition(topic, partition);
        try {
            return text("" + admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(offset))).lowWatermarks().get(place).get().lowWatermark());
        } catch (java.util.concurrent.ExecutionException error) {
            return text(error.getCause().getClass().getSimpleName());
        }
    }

    static String configs(Admin admin, String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        StringJoiner entries = new StringJoiner(",\n", "{\n", "\n}");
        for (ConfigEntry entry : admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().includeSynonyms(true)).all().get().get(resource).entries()) {
            String ownDefault = entry.synonyms().stream().filter(one -> one.source() == ConfigEntry.ConfigSource.DEFAULT_CONFIG)
                .map(ConfigEntry.ConfigSynonym::value).findFirst().orElse(entry.isDefault() ? entry.value() : null);
            entries.add("%s: { \"value\": %s, \"source\": \"%s\", \"isDefault\": %b, \"isSensitive\": %b, \"isReadOnly\": %b, \"default\": %s }".formatted(
                text(entry.name()), text(entry.value()), entry.source(), entry.isDefault(), entry.isSensitive(), entry.isReadOnly(), text(ownDefault)));
        }
        return entries.toString();
    }

    static String alter(Admin admin, String topic, String name, String value) throws Exception {
        AlterConfigOp change = new AlterConfigOp(new ConfigEntry(name, value), value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change))).all().get();
        return "null";
    }

    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", arguments[0]);
        StringJoiner results = new StringJoiner(",\n", "[\n", "\n]");
        try (Admin admin = Admin.create(properties)) {
            for (int index = 1; index < arguments.length; index++) {
                String[] words = arguments[index].split(" ");
                results.add(switch (words[0]) {
                    case "offsets" -> offsets(admin, words[1], words[2]);
                    case "delete" -> delete(admin, words[1], Integer.parseInt(words[2]), Long.parseLong(words[3]));
                    case "configs" -> configs(admin, words[1]);
                    case "alter" -> alter(admin, words[1], words[2], words.length > 3 ? words[3] : null);
                    default -> throw new IllegalArgumentException(words[0]);
                });
            }
        }
        System.out.println(results);
    }
}
