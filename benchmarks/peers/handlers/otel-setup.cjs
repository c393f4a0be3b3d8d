// As the OpenTelemetry documentation sets it up: required before the handler, which the instrumentation then patches.
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
const { AwsLambdaInstrumentation } = require('@opentelemetry/instrumentation-aws-lambda');
const { NodeSDK } = require('@opentelemetry/sdk-node');

new NodeSDK({ traceExporter: new OTLPTraceExporter(), instrumentations: [new AwsLambdaInstrumentation()] }).start();
