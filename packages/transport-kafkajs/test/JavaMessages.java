import java.util.List;
import java.util.TreeMap;
import java.util.HexFormat;
import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.*;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Prints, as JSON, how Apache Kafka's own classes (kafka-clients 4.4.0) write each request that is spoken here and an answer
 * to it, in each version: `java -cp $(the classpath of tooling/kafka) JavaMessages.java > java-messages.json`
 */
public class JavaMessages {
    record Api(String name, int min, int max, ApiMessage request, ApiMessage response) {}

    static String hex(ApiMessage message, int version) {
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(message, (short) version).buffer();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }

    static MemoryRecords records(String hex) {
        return MemoryRecords.readableRecords(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }

    /** Fields that a version has not got are written with their defaults, or not allowed to be other than those. */
    static void adapt(String name, int version, ApiMessage request, ApiMessage response) {
        if (name.equals("Metadata")) {
            ((MetadataResponseData) response).setClusterAuthorizedOperations(version >= 8 && version <= 10 ? 7 : Integer.MIN_VALUE);
            ((MetadataResponseData) response).topics().forEach(topic -> topic.setTopicAuthorizedOperations(version >= 8 ? 9 : Integer.MIN_VALUE));
        }
        if (name.equals("OffsetFetch")) {
            OffsetFetchRequestData asked = (OffsetFetchRequestData) request;
            asked.setRequireStable(version >= 7);
            OffsetFetchResponseData answer = (OffsetFetchResponseData) response;
            asked.setGroupId(version < 8 ? "group" : "").setTopics(version >= 8 ? List.of() : List.of(
                new OffsetFetchRequestData.OffsetFetchRequestTopic().setName("first").setPartitionIndexes(List.of(0, 1)),
                new OffsetFetchRequestData.OffsetFetchRequestTopic().setName("second").setPartitionIndexes(List.of(2))));
            asked.setGroups(version < 8 ? List.of() : List.of(new OffsetFetchRequestData.OffsetFetchRequestGroup().setGroupId("group")
                .setMemberId(version >= 9 ? "member" : null).setMemberEpoch(version >= 9 ? 3 : -1).setTopics(List.of(
                    new OffsetFetchRequestData.OffsetFetchRequestTopics().setName("first").setPartitionIndexes(List.of(0, 1)),
                    new OffsetFetchRequestData.OffsetFetchRequestTopics().setName("second").setPartitionIndexes(List.of(2))))));
            answer.setTopics(version < 8 ? committedBefore8() : List.of()).setErrorCode((short) (version < 8 ? 16 : 0));
            answer.setGroups(version < 8 ? List.of() : List.of(new OffsetFetchResponseData.OffsetFetchResponseGroup().setGroupId("group")
                .setErrorCode((short) 16).setTopics(committed())));
        }
        if (name.equals("JoinGroup")) ((JoinGroupResponseData) response).setProtocolType(version >= 7 ? "consumer" : null).setSkipAssignment(version >= 9);
        if (name.equals("SyncGroup")) {
            ((SyncGroupRequestData) request).setProtocolType(version >= 5 ? "consumer" : null).setProtocolName(version >= 5 ? "cooperative-sticky" : null);
            ((SyncGroupResponseData) response).setProtocolType(version >= 5 ? "consumer" : null).setProtocolName(version >= 5 ? "cooperative-sticky" : null);
        }
        // Version 6 is the first with a message.
        if (name.equals("DescribeGroups")) ((DescribeGroupsResponseData) response).groups().get(1).setErrorMessage(version >= 6 ? "there is none" : null);
        if (name.equals("ListOffsets")) ((ListOffsetsRequestData) request).setIsolationLevel((byte) (version >= 2 ? 1 : 0));
        if (name.equals("Fetch") && version == 12) {
            ((FetchResponseData) response).responses().get(0).partitions().get(1)
                .setCurrentLeader(new FetchResponseData.LeaderIdAndEpoch().setLeaderId(2).setLeaderEpoch(9))
                .setDivergingEpoch(new FetchResponseData.EpochEndOffset().setEpoch(4).setEndOffset(77));
        }
    }

    /** What a group has committed of two topics: one offset, none, and one of an open transaction. */
    static List<OffsetFetchResponseData.OffsetFetchResponseTopic> committedBefore8() {
        return List.of(
            new OffsetFetchResponseData.OffsetFetchResponseTopic().setName("first").setPartitions(List.of(
                new OffsetFetchResponseData.OffsetFetchResponsePartition().setPartitionIndex(0).setCommittedOffset(5_000_000_000L).setCommittedLeaderEpoch(6).setMetadata("by hand"),
                new OffsetFetchResponseData.OffsetFetchResponsePartition().setPartitionIndex(1).setCommittedOffset(-1).setCommittedLeaderEpoch(-1).setMetadata(""))),
            new OffsetFetchResponseData.OffsetFetchResponseTopic().setName("second").setPartitions(List.of(
                new OffsetFetchResponseData.OffsetFetchResponsePartition().setPartitionIndex(2).setCommittedOffset(-1).setErrorCode((short) 88).setMetadata(null))));
    }

    static List<OffsetFetchResponseData.OffsetFetchResponseTopics> committed() {
        return committedBefore8().stream().map(topic -> new OffsetFetchResponseData.OffsetFetchResponseTopics().setName(topic.name()).setPartitions(
            topic.partitions().stream().map(one -> new OffsetFetchResponseData.OffsetFetchResponsePartitions().setPartitionIndex(one.partitionIndex())
                .setCommittedOffset(one.committedOffset()).setCommittedLeaderEpoch(one.committedLeaderEpoch()).setMetadata(one.metadata()).setErrorCode(one.errorCode())).toList())).toList();
    }

    public static void main(String[] arguments) {
        Uuid id = new Uuid(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
        Uuid otherId = new Uuid(0x1112131415161718L, 0x191a1b1c1d1e1f20L);

        MetadataRequestData metadata = new MetadataRequestData()
            .setTopics(List.of(new MetadataRequestData.MetadataRequestTopic().setName("first"), new MetadataRequestData.MetadataRequestTopic().setName("zwölf")))
            .setAllowAutoTopicCreation(true);
        MetadataResponseData described = new MetadataResponseData().setThrottleTimeMs(5).setClusterId("cluster").setControllerId(2);
        described.brokers().add(new MetadataResponseData.MetadataResponseBroker().setNodeId(1).setHost("one").setPort(9092).setRack("rack"));
        described.brokers().add(new MetadataResponseData.MetadataResponseBroker().setNodeId(2).setHost("two").setPort(9093));
        described.topics().add(new MetadataResponseData.MetadataResponseTopic().setName("first").setTopicId(id).setIsInternal(true).setPartitions(List.of(
            new MetadataResponseData.MetadataResponsePartition().setPartitionIndex(0).setLeaderId(1).setLeaderEpoch(6)
                .setReplicaNodes(List.of(1, 2)).setIsrNodes(List.of(1)).setOfflineReplicas(List.of(2)),
            new MetadataResponseData.MetadataResponsePartition().setErrorCode((short) 5).setPartitionIndex(1).setLeaderId(-1).setLeaderEpoch(8)
                .setReplicaNodes(List.of(2)).setIsrNodes(List.of()).setOfflineReplicas(List.of()))));
        described.topics().add(new MetadataResponseData.MetadataResponseTopic().setName("zwölf").setErrorCode((short) 3));

        ProduceRequestData produce = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1500);
        produce.topicData().add(new ProduceRequestData.TopicProduceData().setName("first").setPartitionData(List.of(
            new ProduceRequestData.PartitionProduceData().setIndex(3).setRecords(records("0a0b0c")),
            new ProduceRequestData.PartitionProduceData().setIndex(4).setRecords(records("0d")))));
        produce.topicData().add(new ProduceRequestData.TopicProduceData().setName("second").setPartitionData(List.of(
            new ProduceRequestData.PartitionProduceData().setIndex(0).setRecords(records("0e0f")))));
        ProduceResponseData produced = new ProduceResponseData().setThrottleTimeMs(5);
        produced.responses().add(new ProduceResponseData.TopicProduceResponse().setName("first").setPartitionResponses(List.of(
            new ProduceResponseData.PartitionProduceResponse().setIndex(3).setBaseOffset(5_000_000_000L).setLogAppendTimeMs(1_700_000_000_000L).setLogStartOffset(2),
            new ProduceResponseData.PartitionProduceResponse().setIndex(4).setErrorCode((short) 87).setBaseOffset(-1).setErrorMessage("One or more records have been rejected")
                .setRecordErrors(List.of(
                    new ProduceResponseData.BatchIndexAndErrorMessage().setBatchIndex(1).setBatchIndexErrorMessage("too old"),
                    new ProduceResponseData.BatchIndexAndErrorMessage().setBatchIndex(7))))));
        produced.responses().add(new ProduceResponseData.TopicProduceResponse().setName("second").setPartitionResponses(List.of(
            new ProduceResponseData.PartitionProduceResponse().setIndex(0).setBaseOffset(9))));

        FetchRequestData fetch = new FetchRequestData().setMaxWaitMs(500).setMinBytes(1).setMaxBytes(52_428_800).setIsolationLevel((byte) 1).setTopics(List.of(
            new FetchRequestData.FetchTopic().setTopic("first").setPartitions(List.of(
                new FetchRequestData.FetchPartition().setPartition(0).setCurrentLeaderEpoch(6).setFetchOffset(5_000_000_000L).setPartitionMaxBytes(1_048_576),
                new FetchRequestData.FetchPartition().setPartition(1).setFetchOffset(0).setPartitionMaxBytes(1_048_576))),
            new FetchRequestData.FetchTopic().setTopic("second").setPartitions(List.of(
                new FetchRequestData.FetchPartition().setPartition(2).setFetchOffset(7).setPartitionMaxBytes(1_048_576)))));
        FetchResponseData fetched = new FetchResponseData().setThrottleTimeMs(5).setResponses(List.of(
            new FetchResponseData.FetchableTopicResponse().setTopic("first").setPartitions(List.of(
                new FetchResponseData.PartitionData().setPartitionIndex(0).setHighWatermark(5_000_000_009L).setLastStableOffset(5_000_000_008L).setLogStartOffset(3)
                    .setAbortedTransactions(List.of(new FetchResponseData.AbortedTransaction().setProducerId(42).setFirstOffset(5_000_000_001L)))
                    .setRecords(records("0a0b0c")),
                new FetchResponseData.PartitionData().setPartitionIndex(1).setErrorCode((short) 74).setHighWatermark(-1).setRecords(null))),
            new FetchResponseData.FetchableTopicResponse().setTopic("second").setPartitions(List.of(
                new FetchResponseData.PartitionData().setPartitionIndex(2).setHighWatermark(7).setAbortedTransactions(null).setRecords(records(""))))));

        ListOffsetsRequestData list = new ListOffsetsRequestData().setReplicaId(-1).setIsolationLevel((byte) 1).setTopics(List.of(
            new ListOffsetsRequestData.ListOffsetsTopic().setName("first").setPartitions(List.of(
                new ListOffsetsRequestData.ListOffsetsPartition().setPartitionIndex(0).setCurrentLeaderEpoch(6).setTimestamp(-1),
                new ListOffsetsRequestData.ListOffsetsPartition().setPartitionIndex(1).setTimestamp(-2))),
            new ListOffsetsRequestData.ListOffsetsTopic().setName("second").setPartitions(List.of(
                new ListOffsetsRequestData.ListOffsetsPartition().setPartitionIndex(2).setTimestamp(1_700_000_000_000L)))));
        ListOffsetsResponseData listed = new ListOffsetsResponseData().setThrottleTimeMs(5).setTopics(List.of(
            new ListOffsetsResponseData.ListOffsetsTopicResponse().setName("first").setPartitions(List.of(
                new ListOffsetsResponseData.ListOffsetsPartitionResponse().setPartitionIndex(0).setOffset(5_000_000_000L),
                new ListOffsetsResponseData.ListOffsetsPartitionResponse().setPartitionIndex(1).setErrorCode((short) 6))),
            new ListOffsetsResponseData.ListOffsetsTopicResponse().setName("second").setPartitions(List.of(
                new ListOffsetsResponseData.ListOffsetsPartitionResponse().setPartitionIndex(2).setTimestamp(1_700_000_000_001L).setOffset(3)))));

        CreateTopicsRequestData create = new CreateTopicsRequestData().setTimeoutMs(1500);
        CreateTopicsRequestData.CreatableTopicConfigCollection configs = new CreateTopicsRequestData.CreatableTopicConfigCollection();
        configs.add(new CreateTopicsRequestData.CreatableTopicConfig().setName("cleanup.policy").setValue("compact"));
        create.topics().add(new CreateTopicsRequestData.CreatableTopic().setName("first").setNumPartitions(3).setReplicationFactor((short) 2).setConfigs(configs));
        create.topics().add(new CreateTopicsRequestData.CreatableTopic().setName("second").setNumPartitions(-1).setReplicationFactor((short) -1));
        CreateTopicsResponseData created = new CreateTopicsResponseData().setThrottleTimeMs(5);
        created.topics().add(new CreateTopicsResponseData.CreatableTopicResult().setName("first").setNumPartitions(3).setReplicationFactor((short) 2).setTopicConfigErrorCode((short) 29)
            .setConfigs(List.of(new CreateTopicsResponseData.CreatableTopicConfigs().setName("cleanup.policy").setValue("compact").setConfigSource((byte) 1))));
        created.topics().add(new CreateTopicsResponseData.CreatableTopicResult().setName("second").setErrorCode((short) 36).setErrorMessage("it exists").setConfigs(null));

        DeleteTopicsRequestData delete = new DeleteTopicsRequestData().setTopicNames(List.of("first", "second")).setTimeoutMs(1500);
        DeleteTopicsResponseData deleted = new DeleteTopicsResponseData().setThrottleTimeMs(5);
        deleted.responses().add(new DeleteTopicsResponseData.DeletableTopicResult().setName("first"));
        deleted.responses().add(new DeleteTopicsResponseData.DeletableTopicResult().setName("second").setErrorCode((short) 3));

        InitProducerIdRequestData init = new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000);
        InitProducerIdResponseData initialized = new InitProducerIdResponseData().setThrottleTimeMs(5).setProducerId(4_000_000_000_001L).setProducerEpoch((short) 7);

        DescribeConfigsRequestData describe = new DescribeConfigsRequestData().setResources(List.of(new DescribeConfigsRequestData.DescribeConfigsResource()
            .setResourceType((byte) 4).setResourceName("2").setConfigurationKeys(List.of("num.partitions", "default.replication.factor"))));
        DescribeConfigsResponseData configured = new DescribeConfigsResponseData().setThrottleTimeMs(5).setResults(List.of(new DescribeConfigsResponseData.DescribeConfigsResult()
            .setResourceType((byte) 4).setResourceName("2").setConfigs(List.of(
                new DescribeConfigsResponseData.DescribeConfigsResourceResult().setName("num.partitions").setValue("4").setConfigSource((byte) 4)
                    .setSynonyms(List.of(new DescribeConfigsResponseData.DescribeConfigsSynonym().setName("num.partitions").setValue("1").setSource((byte) 5))),
                new DescribeConfigsResponseData.DescribeConfigsResourceResult().setName("default.replication.factor").setValue(null)
                    .setReadOnly(true).setConfigSource((byte) 5).setIsSensitive(true)))));

        CreatePartitionsRequestData grow = new CreatePartitionsRequestData().setTimeoutMs(1500);
        grow.topics().add(new CreatePartitionsRequestData.CreatePartitionsTopic().setName("first").setCount(6).setAssignments(null));
        CreatePartitionsResponseData grown = new CreatePartitionsResponseData().setThrottleTimeMs(5).setResults(List.of(
            new CreatePartitionsResponseData.CreatePartitionsTopicResult().setName("first").setErrorCode((short) 37).setErrorMessage("it has more")));

        DeleteRecordsRequestData trim = new DeleteRecordsRequestData().setTimeoutMs(1500).setTopics(List.of(
            new DeleteRecordsRequestData.DeleteRecordsTopic().setName("first").setPartitions(List.of(
                new DeleteRecordsRequestData.DeleteRecordsPartition().setPartitionIndex(0).setOffset(5_000_000_000L),
                new DeleteRecordsRequestData.DeleteRecordsPartition().setPartitionIndex(1).setOffset(-1))),
            new DeleteRecordsRequestData.DeleteRecordsTopic().setName("second").setPartitions(List.of(
                new DeleteRecordsRequestData.DeleteRecordsPartition().setPartitionIndex(2).setOffset(0)))));
        DeleteRecordsResponseData trimmed = new DeleteRecordsResponseData().setThrottleTimeMs(5);
        DeleteRecordsResponseData.DeleteRecordsPartitionResultCollection ofFirst = new DeleteRecordsResponseData.DeleteRecordsPartitionResultCollection();
        ofFirst.add(new DeleteRecordsResponseData.DeleteRecordsPartitionResult().setPartitionIndex(0).setLowWatermark(5_000_000_000L));
        ofFirst.add(new DeleteRecordsResponseData.DeleteRecordsPartitionResult().setPartitionIndex(1).setLowWatermark(-1).setErrorCode((short) 6));
        DeleteRecordsResponseData.DeleteRecordsPartitionResultCollection ofSecond = new DeleteRecordsResponseData.DeleteRecordsPartitionResultCollection();
        ofSecond.add(new DeleteRecordsResponseData.DeleteRecordsPartitionResult().setPartitionIndex(2).setLowWatermark(3));
        trimmed.topics().add(new DeleteRecordsResponseData.DeleteRecordsTopicResult().setName("first").setPartitions(ofFirst));
        trimmed.topics().add(new DeleteRecordsResponseData.DeleteRecordsTopicResult().setName("second").setPartitions(ofSecond));

        DescribeLogDirsRequestData logDirs = new DescribeLogDirsRequestData();
        logDirs.topics().add(new DescribeLogDirsRequestData.DescribableLogDirTopic().setTopic("first").setPartitions(List.of(0, 1)));
        logDirs.topics().add(new DescribeLogDirsRequestData.DescribableLogDirTopic().setTopic("zwölf").setPartitions(List.of(2)));
        DescribeLogDirsResponseData sizes = new DescribeLogDirsResponseData().setThrottleTimeMs(5).setResults(List.of(
            new DescribeLogDirsResponseData.DescribeLogDirsResult().setLogDir("/one").setTopics(List.of(
                new DescribeLogDirsResponseData.DescribeLogDirsTopic().setName("first").setPartitions(List.of(
                    new DescribeLogDirsResponseData.DescribeLogDirsPartition().setPartitionIndex(0).setPartitionSize(5_000_000_000L).setOffsetLag(3),
                    new DescribeLogDirsResponseData.DescribeLogDirsPartition().setPartitionIndex(1).setPartitionSize(7).setIsFutureKey(true))))),
            new DescribeLogDirsResponseData.DescribeLogDirsResult().setLogDir("/two").setErrorCode((short) 56)));

        IncrementalAlterConfigsRequestData.AlterableConfigCollection changes = new IncrementalAlterConfigsRequestData.AlterableConfigCollection();
        changes.add(new IncrementalAlterConfigsRequestData.AlterableConfig().setName("retention.ms").setConfigOperation((byte) 0).setValue("5"));
        changes.add(new IncrementalAlterConfigsRequestData.AlterableConfig().setName("cleanup.policy").setConfigOperation((byte) 1).setValue(null));
        IncrementalAlterConfigsRequestData alter = new IncrementalAlterConfigsRequestData().setValidateOnly(true);
        alter.resources().add(new IncrementalAlterConfigsRequestData.AlterConfigsResource().setResourceType((byte) 2).setResourceName("first").setConfigs(changes));
        alter.resources().add(new IncrementalAlterConfigsRequestData.AlterConfigsResource().setResourceType((byte) 2).setResourceName("zwölf"));
        IncrementalAlterConfigsResponseData altered = new IncrementalAlterConfigsResponseData().setThrottleTimeMs(5).setResponses(List.of(
            new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse().setResourceType((byte) 2).setResourceName("first").setErrorMessage(null),
            new IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse().setResourceType((byte) 2).setResourceName("zwölf")
                .setErrorCode((short) 40).setErrorMessage("no such setting")));

        FindCoordinatorRequestData find = new FindCoordinatorRequestData().setKey("zwölf").setKeyType((byte) 0);
        FindCoordinatorResponseData coordinator = new FindCoordinatorResponseData().setThrottleTimeMs(5).setErrorCode((short) 15).setErrorMessage("not yet")
            .setNodeId(2).setHost("two").setPort(9093);

        OffsetCommitRequestData commit = new OffsetCommitRequestData().setGroupId("group").setMemberId("member").setGenerationIdOrMemberEpoch(3).setGroupInstanceId("instance").setTopics(List.of(
            new OffsetCommitRequestData.OffsetCommitRequestTopic().setName("first").setTopicId(id).setPartitions(List.of(
                new OffsetCommitRequestData.OffsetCommitRequestPartition().setPartitionIndex(0).setCommittedOffset(5_000_000_000L).setCommittedMetadata(""),
                new OffsetCommitRequestData.OffsetCommitRequestPartition().setPartitionIndex(1).setCommittedOffset(7).setCommittedMetadata(""))),
            new OffsetCommitRequestData.OffsetCommitRequestTopic().setName("second").setTopicId(otherId).setPartitions(List.of(
                new OffsetCommitRequestData.OffsetCommitRequestPartition().setPartitionIndex(2).setCommittedOffset(0).setCommittedMetadata("")))));
        OffsetCommitResponseData committed = new OffsetCommitResponseData().setThrottleTimeMs(5).setTopics(List.of(
            new OffsetCommitResponseData.OffsetCommitResponseTopic().setName("second").setTopicId(otherId).setPartitions(List.of(
                new OffsetCommitResponseData.OffsetCommitResponsePartition().setPartitionIndex(2).setErrorCode((short) 100))),
            new OffsetCommitResponseData.OffsetCommitResponseTopic().setName("first").setTopicId(id).setPartitions(List.of(
                new OffsetCommitResponseData.OffsetCommitResponsePartition().setPartitionIndex(0),
                new OffsetCommitResponseData.OffsetCommitResponsePartition().setPartitionIndex(1).setErrorCode((short) 27)))));

        OffsetFetchRequestData fetchOffsets = new OffsetFetchRequestData().setRequireStable(true);
        OffsetFetchResponseData fetchedOffsets = new OffsetFetchResponseData().setThrottleTimeMs(5);

        byte[] bytes = {10, 11, 12};
        JoinGroupRequestData join = new JoinGroupRequestData().setGroupId("group").setSessionTimeoutMs(45_000).setRebalanceTimeoutMs(60_000).setMemberId("member")
            .setGroupInstanceId("instance").setProtocolType("consumer").setReason(null);
        join.protocols().add(new JoinGroupRequestData.JoinGroupRequestProtocol().setName("cooperative-sticky").setMetadata(bytes));
        JoinGroupResponseData joined = new JoinGroupResponseData().setThrottleTimeMs(5).setErrorCode((short) 79).setGenerationId(4).setProtocolName("cooperative-sticky")
            .setLeader("leader").setMemberId("member").setMembers(List.of(
                new JoinGroupResponseData.JoinGroupResponseMember().setMemberId("member").setGroupInstanceId("instance").setMetadata(bytes),
                new JoinGroupResponseData.JoinGroupResponseMember().setMemberId("zwölf").setGroupInstanceId(null).setMetadata(new byte[0])));

        HeartbeatRequestData beat = new HeartbeatRequestData().setGroupId("group").setGenerationId(3).setMemberId("member").setGroupInstanceId("instance");
        HeartbeatResponseData beaten = new HeartbeatResponseData().setThrottleTimeMs(5).setErrorCode((short) 27);

        LeaveGroupRequestData leave = new LeaveGroupRequestData().setGroupId("group").setMembers(List.of(
            new LeaveGroupRequestData.MemberIdentity().setMemberId("member").setGroupInstanceId(null).setReason(null)));
        LeaveGroupResponseData left = new LeaveGroupResponseData().setThrottleTimeMs(5).setMembers(List.of(
            new LeaveGroupResponseData.MemberResponse().setMemberId("member").setGroupInstanceId(null).setErrorCode((short) 25)));

        SyncGroupRequestData sync = new SyncGroupRequestData().setGroupId("group").setGenerationId(3).setMemberId("member").setGroupInstanceId("instance").setAssignments(List.of(
            new SyncGroupRequestData.SyncGroupRequestAssignment().setMemberId("member").setAssignment(bytes),
            new SyncGroupRequestData.SyncGroupRequestAssignment().setMemberId("other").setAssignment(new byte[0])));
        SyncGroupResponseData synced = new SyncGroupResponseData().setThrottleTimeMs(5).setErrorCode((short) 27).setAssignment(bytes);

        ConsumerGroupHeartbeatRequestData consumerBeat = new ConsumerGroupHeartbeatRequestData().setGroupId("group").setMemberId("member").setMemberEpoch(3).setInstanceId("instance")
            .setRebalanceTimeoutMs(60_000).setSubscribedTopicNames(List.of("first", "zwölf")).setTopicPartitions(List.of(
                new ConsumerGroupHeartbeatRequestData.TopicPartitions().setTopicId(id).setPartitions(List.of(0, 1)),
                new ConsumerGroupHeartbeatRequestData.TopicPartitions().setTopicId(otherId).setPartitions(List.of(2))));
        ConsumerGroupHeartbeatResponseData consumerBeaten = new ConsumerGroupHeartbeatResponseData().setThrottleTimeMs(5).setErrorMessage("a word").setErrorCode((short) 110)
            .setMemberId("member").setMemberEpoch(4).setHeartbeatIntervalMs(5_000).setAssignment(new ConsumerGroupHeartbeatResponseData.Assignment().setTopicPartitions(List.of(
                new ConsumerGroupHeartbeatResponseData.TopicPartitions().setTopicId(id).setPartitions(List.of(0, 3)),
                new ConsumerGroupHeartbeatResponseData.TopicPartitions().setTopicId(otherId).setPartitions(List.of()))));
        ListGroupsResponseData groups = new ListGroupsResponseData().setThrottleTimeMs(5).setErrorCode((short) 14).setGroups(List.of(
            new ListGroupsResponseData.ListedGroup().setGroupId("first").setProtocolType("consumer").setGroupState("Stable").setGroupType("classic"),
            new ListGroupsResponseData.ListedGroup().setGroupId("zwölf").setProtocolType("").setGroupState("Empty").setGroupType("share")));

        // What the leader of a classic group of consumers assigns, as bytes.
        ConsumerProtocolAssignment.TopicPartitionCollection assignedTopics = new ConsumerProtocolAssignment.TopicPartitionCollection();
        assignedTopics.add(new ConsumerProtocolAssignment.TopicPartition().setTopic("first").setPartitions(List.of(0, 2)));
        assignedTopics.add(new ConsumerProtocolAssignment.TopicPartition().setTopic("zwölf").setPartitions(List.of(1)));
        ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment().setAssignedPartitions(assignedTopics).setUserData(ByteBuffer.wrap(new byte[] {7, 8}));
        byte[] assignmentBytes = MessageUtil.toVersionPrefixedBytes((short) 3, assignment);

        DescribeGroupsRequestData describeGroup = new DescribeGroupsRequestData().setGroups(List.of("zwölf"));
        DescribeGroupsResponseData groupDescription = new DescribeGroupsResponseData().setThrottleTimeMs(5).setGroups(List.of(
            new DescribeGroupsResponseData.DescribedGroup().setGroupId("zwölf").setErrorCode((short) 0).setGroupState("Stable").setProtocolType("consumer").setProtocolData("range")
                .setAuthorizedOperations(9).setMembers(List.of(
                    new DescribeGroupsResponseData.DescribedGroupMember().setMemberId("one-1").setGroupInstanceId("dish-1").setClientId("one").setClientHost("/10.0.0.1")
                        .setMemberMetadata(new byte[] {1, 2, 3}).setMemberAssignment(assignmentBytes),
                    new DescribeGroupsResponseData.DescribedGroupMember().setMemberId("two-2").setGroupInstanceId(null).setClientId("two").setClientHost("/10.0.0.2"))),
            new DescribeGroupsResponseData.DescribedGroup().setGroupId("other").setErrorCode((short) 69)));

        ConsumerGroupDescribeRequestData describeConsumers = new ConsumerGroupDescribeRequestData().setGroupIds(List.of("zwölf"));
        ConsumerGroupDescribeResponseData.Assignment assigned = new ConsumerGroupDescribeResponseData.Assignment().setTopicPartitions(List.of(
            new ConsumerGroupDescribeResponseData.TopicPartitions().setTopicId(id).setTopicName("first").setPartitions(List.of(0, 2)),
            new ConsumerGroupDescribeResponseData.TopicPartitions().setTopicId(otherId).setTopicName("second").setPartitions(List.of(1))));
        ConsumerGroupDescribeResponseData consumers = new ConsumerGroupDescribeResponseData().setThrottleTimeMs(5).setGroups(List.of(
            new ConsumerGroupDescribeResponseData.DescribedGroup().setGroupId("zwölf").setErrorCode((short) 16).setErrorMessage("another").setGroupState("Reconciling")
                .setGroupEpoch(7).setAssignmentEpoch(6).setAssignorName("uniform").setAuthorizedOperations(9).setMembers(List.of(
                    new ConsumerGroupDescribeResponseData.Member().setMemberId("one-1").setInstanceId("dish-1").setRackId("rack").setMemberEpoch(5).setClientId("one").setClientHost("/10.0.0.1")
                        .setSubscribedTopicNames(List.of("first", "second")).setSubscribedTopicRegex("f.*").setAssignment(assigned)
                        .setTargetAssignment(new ConsumerGroupDescribeResponseData.Assignment().setTopicPartitions(assigned.topicPartitions().subList(0, 1))),
                    new ConsumerGroupDescribeResponseData.Member().setMemberId("two-2").setClientId("two").setClientHost("/10.0.0.2")))));

        DeleteGroupsRequestData deleteGroup = new DeleteGroupsRequestData().setGroupsNames(List.of("zwölf"));
        DeleteGroupsResponseData.DeletableGroupResultCollection deletions = new DeleteGroupsResponseData.DeletableGroupResultCollection();
        deletions.add(new DeleteGroupsResponseData.DeletableGroupResult().setGroupId("zwölf").setErrorCode((short) 68).setErrorMessage("it has members"));
        DeleteGroupsResponseData groupDeletion = new DeleteGroupsResponseData().setThrottleTimeMs(5).setResults(deletions);

        List<Api> apis = List.of(
            new Api("JoinGroup", 5, 9, join, joined),
            new Api("Heartbeat", 3, 4, beat, beaten),
            new Api("LeaveGroup", 3, 5, leave, left),
            new Api("SyncGroup", 3, 5, sync, synced),
            new Api("ConsumerGroupHeartbeat", 1, 1, consumerBeat, consumerBeaten),
            new Api("FindCoordinator", 2, 2, find, coordinator),
            new Api("OffsetCommit", 8, 10, commit, committed),
            new Api("OffsetFetch", 6, 9, fetchOffsets, fetchedOffsets),
            new Api("Produce", 3, 9, produce, produced),
            new Api("Fetch", 4, 12, fetch, fetched),
            new Api("ListOffsets", 1, 6, list, listed),
            new Api("Metadata", 4, 12, metadata, described),
            new Api("CreateTopics", 2, 5, create, created),
            new Api("DeleteTopics", 1, 4, delete, deleted),
            new Api("InitProducerId", 0, 2, init, initialized),
            new Api("DescribeConfigs", 1, 2, describe, configured),
            new Api("CreatePartitions", 0, 1, grow, grown),
            new Api("DeleteRecords", 0, 2, trim, trimmed),
            new Api("DescribeLogDirs", 1, 3, logDirs, sizes),
            new Api("IncrementalAlterConfigs", 0, 1, alter, altered),
            new Api("ListGroups", 1, 5, new ListGroupsRequestData(), groups),
            new Api("DescribeGroups", 4, 6, describeGroup, groupDescription),
            new Api("ConsumerGroupDescribe", 0, 0, describeConsumers, consumers),
            new Api("DeleteGroups", 0, 3, deleteGroup, groupDeletion));
        StringBuilder lines = new StringBuilder();
        for (Api api : apis) {
            for (int version = api.min(); version <= api.max(); version++) {
                adapt(api.name(), version, api.request(), api.response());
                if (lines.length() > 0) lines.append(",\n");
                lines.append(String.format("  { \"api\": \"%s\", \"version\": %d,\n    \"request\": \"%s\",\n    \"response\": \"%s\" }",
                    api.name(), version, hex(api.request(), version), hex(api.response(), version)));
            }
        }
        System.out.println("[\n" + lines + "\n]");
    }
}
