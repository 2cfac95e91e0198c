"""Prints what a recording has as JSON, read with Python's mcap: recording_lines.py FILE [TOPIC]

A line for each record of a topic, as topic_lines.py prints them, or without a topic a line with all that is not a record.
"""

import json
import struct
import sys

from mcap.reader import NonSeekingReader, SeekingReader
from mcap.stream_reader import StreamReader


def hex_or_none(data):
    return None if data is None else data.hex()


def decode(data):
    """A record, as docs/recordings.md shows its layout."""
    offset, timestamp, key_length, value_length, header_count = struct.unpack_from("<qqiiI", data)
    at = 28

    def take(length):
        nonlocal at
        if length < 0:
            return None
        at += length
        assert at <= len(data)
        return data[at - length : at]

    def take_with_length():
        nonlocal at
        at += 4
        return take(*struct.unpack_from("<i", data, at - 4))

    key = take(key_length)
    headers = [(take_with_length().decode(), take_with_length()) for _ in range(header_count)]
    value = take(value_length)
    assert at == len(data)
    return offset, timestamp, key, headers, value


def records_of(reader, topic):
    for _, channel, message in reader.iter_messages(topics=[topic], log_time_order=False):
        assert channel.message_encoding == "kafka_record"
        offset, timestamp, key, headers, value = decode(message.data)
        assert message.log_time == message.publish_time
        pairs = [[name, hex_or_none(bytes_)] for name, bytes_ in headers]
        yield [int(channel.metadata["partition"]), offset, timestamp, hex_or_none(key), pairs, hex_or_none(value)], message


def main(path, topic=None):
    with open(path, "rb") as file:
        # Every record in its order, with all checksums checked.
        kinds = [type(record).__name__ for record in StreamReader(file, validate_crcs=True).records]
        file.seek(0)
        reader = SeekingReader(file, validate_crcs=True)
        if topic is None:
            summary = reader.get_summary()
            print(json.dumps({
                "header": [reader.get_header().profile, reader.get_header().library],
                "channels": sorted([one.topic, one.metadata["partition"]] for one in summary.channels.values()),
                "counts": [summary.statistics.message_count, summary.statistics.chunk_count, len(summary.chunk_indexes)],
                "metadata": [[one.name, one.metadata] for one in reader.iter_metadata()],
                "attachments": [[one.name, one.media_type] for one in reader.iter_attachments()],
                "last": kinds[-2:],
            }))
            return
        lines = list(records_of(reader, topic))
        file.seek(0)
        assert [line for line, _ in lines] == [line for line, _ in records_of(NonSeekingReader(file), topic)]
        for line, message in sorted(lines, key=lambda one: one[0][:2]):
            assert message.log_time == max(0, line[2]) * 1_000_000
            print(json.dumps(line))


main(*sys.argv[1:])
