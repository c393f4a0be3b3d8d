const { Tracer } = require('@aws-lambda-powertools/tracer');
const work = require('./work.cjs');

const tracer = new Tracer({ serviceName: 'overhead' });

exports.handler = async (event) => {
  const parent = tracer.getSegment();
  const segment = parent?.addNewSubsegment('## handler');
  if (segment) tracer.setSegment(segment);
  tracer.annotateColdStart();
  try {
    return await work(event);
  } finally {
    segment?.close();
    if (parent) tracer.setSegment(parent);
  }
};
