const { coldlens } = require('@coldlens/floor');
const work = require('./work.cjs');

exports.handler = coldlens(async (event) => work(event));
