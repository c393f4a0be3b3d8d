// The whole SDK at once, on the cold path: what `otel` costs those who want it there.
const { startOtel } = require('@coldlens/agent/otel');
const { coldlens } = require('@coldlens/agent');
const work = require('./work.cjs');

startOtel({ when: 'at once' });
exports.handler = coldlens(async (event) => work(event));
