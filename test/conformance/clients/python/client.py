"""Exports spans with OpenTelemetry's Python exporter, as it is told line by line on stdin; answers each with a line of JSON."""

import json
import logging
import sys

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import RandomIdGenerator, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind

logged = []


class Keeper(logging.Handler):
    def emit(self, record):
        logged.append(record.getMessage())


logging.getLogger().addHandler(Keeper())


class Ids(RandomIdGenerator):
    bad = 0

    def generate_span_id(self):
        if self.bad > 0:
            self.bad -= 1
            return 0
        return super().generate_span_id()


class Ended(SpanExporter):
    spans = []

    def export(self, spans):
        self.spans.extend(spans)
        return SpanExportResult.SUCCESS


ids = Ids()
ended = Ended()
provider = TracerProvider(id_generator=ids)
provider.add_span_processor(SimpleSpanProcessor(ended))
tracer = provider.get_tracer("client")


def exporter_of(asked):
    options = {
        "endpoint": asked["url"] + "/v1/traces",
        "headers": asked["headers"],
        "timeout": asked["timeoutMs"] / 1000,
        "compression": Compression.Gzip if asked["compression"] == "gzip" else Compression.NoCompression,
    }
    try:
        # Newer ones refuse what is too long by themselves; here the collector is to do it.
        return OTLPSpanExporter(**options, max_request_size=0)
    except TypeError:
        return OTLPSpanExporter(**options)


for line in sys.stdin:
    asked = json.loads(line)
    ended.spans = []
    ids.bad = asked["bad"]
    logged.clear()
    attributes = {"numbers": [1, 2.5, -3], "text": "ünïcode"}
    if asked["padding"] > 0:
        attributes["padding"] = "x" * asked["padding"]
    for _ in range(asked["spans"]):
        tracer.start_span(asked["name"], kind=SpanKind.SERVER, attributes=attributes).end()
    exporter = exporter_of(asked)
    result = exporter.export(ended.spans)
    exporter.shutdown()
    print(json.dumps({"ok": result is SpanExportResult.SUCCESS, "error": "; ".join(logged)[:500]}), flush=True)
