import { coldlens } from '@coldlens/agent';
import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const hash = promisify(scrypt);

export const handler = coldlens(async (request, response) => {
  const { id } = request.body;
  const key = await hash(`password of ${id}`, 'salt', 32);
  response.status(201).json({ id, key: key.toString('hex') });
});
