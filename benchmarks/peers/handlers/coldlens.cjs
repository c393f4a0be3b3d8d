const { coldlens } = require('@coldlens/agent');
const work = require('./work.cjs');

exports.handler = coldlens(async (event) => work(event));
