import java.nio.ByteBuffer;
import java.util.*;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.TopicPartition;

/**
 * Prints, as JSON, how Apache Kafka's own classes (kafka-clients 4.4.0) write subscriptions and assignments, and how its
 * assignors share partitions in groups made at random: with range, and with cooperative-sticky once the members have joined
 * again until nothing moves any more. `java -cp $(the classpath of tooling/kafka) JavaAssignments.java > java-assignments.json`
 */
public class JavaAssignments {
    record Member(String id, String instance, List<String> topics, List<TopicPartition> owned, int generation) {
        Subscription subscription() {
            Subscription made = new Subscription(topics, null, owned, generation, Optional.empty());
            made.setGroupInstanceId(Optional.ofNullable(instance));
            return made;
        }

        String json() {
            String name = instance == null ? "" : "\"instanceId\": \"%s\", ".formatted(instance);
            String wanted = topics.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
            return "{ \"memberId\": \"%s\", %s\"topics\": [%s], \"owned\": %s, \"generation\": %d }".formatted(id, name, wanted, pairs(owned), generation);
        }
    }

    static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static String pairs(List<TopicPartition> partitions) {
        return partitions.stream().map(one -> "[\"%s\", %d]".formatted(one.topic(), one.partition())).collect(Collectors.joining(", ", "[", "]"));
    }

    static String byMember(Map<String, List<TopicPartition>> assigned) {
        return new TreeMap<>(assigned).entrySet().stream().map(one -> "\"%s\": %s".formatted(one.getKey(), pairs(one.getValue())))
            .collect(Collectors.joining(", ", "{ ", " }"));
    }

    /** Joins again, with what was assigned as what is owned, until that does not change any more. */
    static Map<String, List<TopicPartition>> settled(Map<String, Integer> counts, List<Member> members) {
        List<Member> now = members;
        for (int generation = 50; generation < 60; generation++) {
            Map<String, Subscription> subscriptions = new HashMap<>();
            now.forEach(member -> subscriptions.put(member.id(), member.subscription()));
            Map<String, List<TopicPartition>> assigned = new CooperativeStickyAssignor().assign(counts, subscriptions);
            if (now.stream().allMatch(member -> Set.copyOf(member.owned()).equals(Set.copyOf(assigned.get(member.id()))))) return assigned;
            int next = generation;
            now = now.stream().map(member -> new Member(member.id(), member.instance(), member.topics(), assigned.get(member.id()), next)).toList();
        }
        throw new IllegalStateException("it never settled");
    }

    static List<TopicPartition> partitions(Map<String, Integer> counts) {
        List<TopicPartition> all = new ArrayList<>();
        counts.forEach((topic, count) -> { for (int index = 0; index < count; index++) all.add(new TopicPartition(topic, index)); });
        return all;
    }

    static String groupAtRandom(Random random) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int index = 0; index < 1 + random.nextInt(4); index++) counts.put("t" + index, 1 + random.nextInt(7));
        List<String> topics = List.copyOf(counts.keySet());
        List<TopicPartition> free = partitions(counts);
        Collections.shuffle(free, random);
        boolean alike = random.nextBoolean();
        List<Member> members = new ArrayList<>();
        int size = 1 + random.nextInt(6);
        for (int index = 0; index < size; index++) {
            List<String> wanted = topics.stream().filter(topic -> alike || random.nextInt(3) > 0).collect(Collectors.toList());
            // A group with a member of no topics is a case of its own for Java, which gives it partitions all the same.
            if (wanted.isEmpty()) wanted = List.of(topics.get(0));
            List<TopicPartition> owned = new ArrayList<>();
            int most = random.nextInt(3) == 0 ? 0 : random.nextInt(10);
            // One member in six is new, and owns nothing.
            if (random.nextInt(6) > 0) {
                for (TopicPartition one : List.copyOf(free)) {
                    if (owned.size() < most && wanted.contains(one.topic())) { owned.add(one); free.remove(one); }
                }
            }
            String instance = random.nextInt(3) == 0 ? "i" + random.nextInt(9) + index : null;
            members.add(new Member("m" + random.nextInt(9) + index, instance, wanted, owned, owned.isEmpty() ? -1 : 7));
        }
        // A leader asks for the topics that its members want, and for no others.
        counts.keySet().retainAll(members.stream().flatMap(member -> member.topics().stream()).collect(Collectors.toSet()));
        Map<String, Subscription> subscriptions = new HashMap<>();
        members.forEach(member -> subscriptions.put(member.id(), member.subscription()));
        Map<String, List<TopicPartition>> range = new RangeAssignor().assign(counts, subscriptions);
        String sizes = counts.entrySet().stream().map(one -> "\"%s\": %d".formatted(one.getKey(), one.getValue())).collect(Collectors.joining(", "));
        return "    { \"partitionCounts\": { %s },\n      \"members\": [%s],\n      \"range\": %s,\n      \"settled\": %s }".formatted(
            sizes, members.stream().map(Member::json).collect(Collectors.joining(", ")), byMember(range), byMember(settled(counts, members)));
    }

    public static void main(String[] arguments) {
        List<TopicPartition> owned = List.of(new TopicPartition("first", 0), new TopicPartition("first", 2), new TopicPartition("zwölf", 1));
        List<String> topics = List.of("first", "zwölf");
        Subscription subscription = new Subscription(topics, null, owned, 7, Optional.empty());
        Subscription newcomer = new Subscription(topics, null, List.of(), -1, Optional.empty());
        // As CooperativeStickyAssignor writes it, with the generation as user data.
        Subscription ofJava = new Subscription(topics, ByteBuffer.wrap(new byte[] {0, 0, 0, 7}), owned, 7, Optional.of("rack"));
        List<String> versions = new ArrayList<>();
        for (short version = 0; version <= 3; version++) versions.add("\"%s\"".formatted(hex(ConsumerProtocol.serializeSubscription(ofJava, version))));
        List<String> groups = new ArrayList<>();
        Random random = new Random(15);
        for (int index = 0; index < 60; index++) groups.add(groupAtRandom(random));
        System.out.printf("{%n  \"subscription\": \"%s\",%n  \"newcomer\": \"%s\",%n  \"byVersion\": [%s],%n  \"assignment\": \"%s\",%n  \"nothing\": \"%s\",%n  \"groups\": [%n%s%n  ]%n}%n",
            hex(ConsumerProtocol.serializeSubscription(subscription)), hex(ConsumerProtocol.serializeSubscription(newcomer)), String.join(", ", versions),
            hex(ConsumerProtocol.serializeAssignment(new Assignment(owned), (short) 0)),
            hex(ConsumerProtocol.serializeAssignment(new Assignment(List.of(), ByteBuffer.wrap(new byte[] {1, 2})))), String.join(",\n", groups));
    }
}
