import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { coldlens } from '@coldlens/agent';

const client = new S3Client({ region: process.env.AWS_REGION });

export const handler = coldlens(async (event) => {
  const command = new PutObjectCommand({ Bucket: 'orders', Key: String(event.order ?? 1), Body: '{}' });
  return { key: command.input.Key, ready: typeof client.send === 'function' };
});
