const { coldlens } = require('@coldlens/agent');
const { GetObjectCommand, S3Client } = require('@aws-sdk/client-s3');

const client = new S3Client({ region: process.env.AWS_REGION });

exports.handler = coldlens(async (event) => {
  const command = new GetObjectCommand({ Bucket: 'photos', Key: event.key ?? 'cat.jpg' });
  return { bucket: command.input.Bucket, key: command.input.Key, ready: typeof client.send === 'function' };
});
