/** `npm run sources`: writes the generated parts of SOURCES.md, so that the page cannot drift from the code. */
import { writeGeneratedPart } from '../benchmarks/dist/src/page.js';
import { generatedParts } from './dist/model/observability/markdown.js';

const page = new URL('SOURCES.md', import.meta.url);

for (const [name, text] of Object.entries(generatedParts)) await writeGeneratedPart(page, name, text());
