"""Sends and receives with aiokafka as OpenTelemetry's own instrumentation traces it: traced_counterpart.py SERVER.

{"send": TOPIC, "headers": [[NAME, TEXT], ...]} sends the request's bytes, in a span "python work".
{"receive": TOPIC, "count": N} receives N records from the topic's start. Both respond with the spans that have ended.
"""

import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from counterpart import serve
from opentelemetry.instrumentation.aiokafka import AIOKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

(server,) = sys.argv[1:]
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
AIOKafkaInstrumentor().instrument(tracer_provider=provider)


async def respond(request, data):
    exporter.clear()
    received = []
    if "send" in request:
        headers = [(name, text.encode()) for name, text in request.get("headers", [])]
        async with AIOKafkaProducer(bootstrap_servers=server) as producer:
            with provider.get_tracer("work").start_as_current_span("python work"):
                await producer.send_and_wait(request["send"], data, key=b"python", headers=headers)
    else:
        topic = request["receive"]
        async with AIOKafkaConsumer(topic, bootstrap_servers=server, auto_offset_reset="earliest") as consumer:
            for _ in range(request["count"]):
                record = await consumer.getone()
                received.append([[name, None if value is None else value.decode()] for name, value in record.headers])
    return {"spans": [plain(span) for span in exporter.get_finished_spans()], "headers": received}, b""


def plain(span):
    return {
        "name": span.name,
        "kind": span.kind.name,
        "traceId": f"{span.context.trace_id:032x}",
        "spanId": f"{span.context.span_id:016x}",
        "parentSpanId": None if span.parent is None else f"{span.parent.span_id:016x}",
        "attributes": dict(span.attributes),
    }


serve(respond)
