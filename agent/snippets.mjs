/** `npm run snippets`: copies the snippets that tests run into README.md, so that the page cannot drift from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { writeGeneratedPart } from '../benchmarks/dist/src/page.js';

const directory = new URL('../test/fixtures/snippets/', import.meta.url);
const page = new URL('README.md', import.meta.url);

for (const name of readdirSync(directory)) {
  const code = readFileSync(new URL(name, directory), 'utf8').trim();
  await writeGeneratedPart(page, name, `\n\`\`\`js\n${code}\n\`\`\`\n`);
}
