// As the README shows it: the SDK is loaded after the first response.
const { startOtel } = require('@coldlens/agent/otel');
const { coldlens } = require('@coldlens/agent');
const work = require('./work.cjs');

startOtel();
exports.handler = coldlens(async (event) => work(event));
