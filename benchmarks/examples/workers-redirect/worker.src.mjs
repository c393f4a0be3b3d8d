import { coldlens } from '@coldlens/agent';

const targets = ['https://example.com/', 'https://example.org/', 'https://example.net/'];

export default coldlens({
  async fetch(request) {
    const { id } = await request.json();
    await new Promise((resolve) => setTimeout(resolve, 5));
    return Response.redirect(targets[id % targets.length], 302);
  },
});
