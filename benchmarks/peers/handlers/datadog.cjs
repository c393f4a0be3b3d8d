require('dd-trace').init();
const { datadog } = require('datadog-lambda-js');
const work = require('./work.cjs');

exports.handler = datadog(async (event) => work(event));
