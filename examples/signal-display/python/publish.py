"""Publishes an amplitude metric with aiokafka each second: python publish.py HOST:PORT. Put your own numbers in."""

import asyncio, datetime, sys
import aiokafka, msgpack, msgpack_numpy, numpy

window = {"freq_min": 0.9e9, "freq_max": 1.7e9, "count": 1024, "channels_id": 0, "spectral_window_id": 0, "start": 0, "stride": 1}


async def publish(server: str, topic: str = "metrics-amplitude-01") -> None:
    async with aiokafka.AIOKafkaProducer(bootstrap_servers=server, max_request_size=10_000_000) as producer:
        while True:
            signal = numpy.random.normal(size=(1024, 2)) @ [1, 1j] + 10 * numpy.exp(1j * numpy.arange(1024) / 50)
            row = {"baseline": "m033_m038", "polarisation": "XX", "data": abs(signal), "component": signal.real}
            now = datetime.datetime.now(datetime.timezone.utc).isoformat()
            metric = {"data_type": "amplitude", "processing_block_id": "pb-mine", "timestamp": now, "spectral_window": window, "data": [row]}
            await producer.send_and_wait(topic, msgpack.packb(metric, default=msgpack_numpy.encode), partition=0)
            await asyncio.sleep(1)


asyncio.run(publish(*sys.argv[1:]))
