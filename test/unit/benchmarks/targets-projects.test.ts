/** Functions found from the projects' own files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Resolved, resolveTargets } from '#benchmarks/src/targets/resolve.js';
import type { LambdaTarget, Target } from '#benchmarks/src/targets/target.js';
import { Trouble } from '#collector/trouble.js';
import { makeProject, type Project } from '../../support/project.ts';

const handler = 'exports.handler = async () => 1;\n';

describe('a project file', () => {
  let project: Project;
  let resolved: Resolved | undefined;
  beforeEach(() => {
    project = makeProject({ '.git/HEAD': '' });
  });
  afterEach(async () => {
    await resolved?.remove();
    resolved = undefined;
    project.remove();
  });

  const resolve = async (...words: string[]): Promise<Target[]> => {
    await resolved?.remove();
    resolved = await resolveTargets(words, { cwd: project.directory, configured: { functions: [], budgets: {} } });
    return resolved.targets;
  };
  const lambdas = async (...words: string[]): Promise<LambdaTarget[]> =>
    (await resolve(...words)).map((target) => {
      assert.ok(target.platform === 'lambda');
      return target;
    });
  const refused = (words: string[], message: RegExp): Promise<void> =>
    assert.rejects(resolve(...words), (error) => {
      assert.ok(error instanceof Trouble, String(error));
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      assert.ok(error.message.length < 600);
      return true;
    });

  const template = (resources: string, rest = ''): void =>
    project.write({ 'template.yaml': `AWSTemplateFormatVersion: 2010-09-09\n${rest}\nResources:\n${resources}` });

  it('may be a SAM template', async () => {
    project.write({ 'src/orders.js': handler, 'src/mail/app.mjs': 'export const send = () => 1;' });
    template(
      `
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: orders.handler
      MemorySize: !Ref Size
      Environment:
        Variables: { TABLE: !Ref Table, STAGE: !Ref Stage, URL: !Sub 'https://\${Stage}.\${Domain}/', ARN: !GetAtt Table.Arn, LIMIT: 3 }
      Events:
        Feed: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn } }
  Mail:
    Type: AWS::Lambda::Function
    Properties: { Code: src/mail, Handler: app.send, Runtime: nodejs22.x, Timeout: '9' }
  Table: { Type: AWS::DynamoDB::Table }
`,
      `Transform: AWS::Serverless-2016-10-31
Parameters:
  Size: { Type: Number, Default: 512 }
  Stage: { Type: String, Default: beta }
Globals:
  Function: { CodeUri: src/, Runtime: nodejs24.x, Timeout: 20, Environment: { Variables: { COMMON: yes } } }
`,
    );
    const [orders, mail] = await lambdas();
    assert.deepEqual(orders, {
      platform: 'lambda',
      name: 'Orders',
      file: project.path('src/orders.js'),
      root: project.path('src'),
      event: orders?.event,
      taskRoot: project.path('src'),
      handler: 'orders.handler',
      memoryMb: 512,
      timeoutMs: 20_000,
      environment: {
        COMMON: 'yes',
        TABLE: 'Table',
        STAGE: 'beta',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what stays as it is.
        URL: 'https://beta.${Domain}/',
        ARN: 'Table.Arn',
        LIMIT: '3',
      },
    });
    assert.match(orders?.event ?? '', /aws:sqs/);
    assert.deepEqual([mail?.handler, mail?.timeoutMs, mail?.memoryMb], ['app.send', 9_000, 128]);
    assert.deepEqual(
      (await lambdas('template.yaml#Mail')).map(({ name }) => name),
      ['Mail'],
    );
    assert.deepEqual(
      (await lambdas('Mail')).map(({ name }) => name),
      ['Mail'],
    );
  });

  it('says why a function is left out', async () => {
    project.write({ 'app.js': handler });
    template(`
  Good: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs24.x } }
  Snake: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: python3.13 } }
  Boxed: { Type: AWS::Serverless::Function, Properties: { PackageType: Image } }
  Far: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs24.x, CodeUri: 's3://b/k' } }
  Inline: { Type: AWS::Lambda::Function, Properties: { Handler: index.handler, Runtime: nodejs24.x, Code: { ZipFile: x } } }
  Later: { Type: AWS::Serverless::Function, Properties: { Handler: !If [a, b, c], Runtime: nodejs24.x } }
`);
    assert.deepEqual(
      (await lambdas()).map(({ name }) => name),
      ['Good'],
    );
    const said = resolved?.notices.map((notice) => notice.replace(project.path('template.yaml'), 'T')) ?? [];
    assert.deepEqual(said, [
      'Snake in T runs on python3.13, and only Node is started here.',
      'Boxed in T is a container image, which is not started here.',
      'Far in T has its code in no local directory.',
      'Inline in T has its code in no local directory.',
      'Later in T has no handler that the template alone tells.',
    ]);
    await refused(['template.yaml#Snake'], /Snake in .* runs on python3\.13/);
    await refused(['template.yaml#Nobody'], /has no function "Nobody"/);
  });

  it('has its functions bundled as SAM would', async () => {
    project.write({
      'src/node_modules/dep/index.js': 'exports.seven = 7;',
      'src/node_modules/other/index.js': 'exports.eight = 8;',
      'src/app.ts':
        'import { seven } from "dep"; import { eight } from "other"; export const run = async (): Promise<number> => seven + eight;',
    });
    template(`
  Fn:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: esbuild, BuildProperties: { Minify: false, External: [other], EntryPoints: [app.ts] } }
    Properties: { CodeUri: src, Handler: app.run, Runtime: nodejs24.x }
`);
    const [fn] = await lambdas();
    const code = readFileSync(`${fn?.taskRoot}/app.cjs`, 'utf8');
    assert.match(code, /seven = 7/);
    assert.match(code, /require\("other"\)/);
    assert.equal(fn?.handler, 'app.run');
    assert.equal(fn?.file, project.path('src/app.ts'));
  });

  it('may be a serverless.yml', async () => {
    project.write({
      'src/orders.ts': 'export const place = async () => 1;',
      'src/mail.js': handler,
      'serverless.yml': `service: shop
provider: { name: aws, runtime: nodejs22.x, memorySize: 256, environment: { STAGE: '\${opt:stage}', A: provider } }
functions:
  place: { handler: src/orders.place, timeout: 12, environment: { A: own }, events: [{ httpApi: '*' }] }
  mail: { handler: src/mail.handler, memorySize: 2048, events: [{ stream: 'arn:aws:dynamodb:x' }] }
  snake: { handler: a.b, runtime: python3.12 }
`,
    });
    const [place, mail] = await lambdas();
    assert.deepEqual([place?.name, place?.memoryMb, place?.timeoutMs], ['place', 256, 12_000]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the framework's variables stay as they are.
    assert.deepEqual(place?.environment, { STAGE: '${opt:stage}', A: 'own' });
    assert.match(place?.event ?? '', /"version":"2.0"/);
    assert.deepEqual([mail?.handler, mail?.memoryMb, mail?.timeoutMs], ['src/mail.handler', 2_048, 6_000]);
    assert.match(mail?.event ?? '', /aws:dynamodb/);
    assert.match(resolved?.notices[0] ?? '', /^snake in .* runs on python3\.12/);
  });

  for (const [file, text] of [
    [
      'wrangler.toml',
      'name = "w"\nmain = "src/index.ts"\n[vars]\nA = "b"\nO = { x = 1 }\n[[kv_namespaces]]\nbinding = "K"\n',
    ],
    ['wrangler.json', '{"name": "w", "main": "src/index.ts", "vars": {"A": "b", "O": {"x": 1}}, "kv_namespaces": []}'],
    [
      'wrangler.jsonc',
      '{\n// "name": 1\n"name": "w", /* x */ "main": "src/index.ts", "vars": {"A": "b", "O": {"x": 1,},}, "kv_namespaces": [],\n}',
    ],
  ] as const) {
    it(`may be a ${file}`, async () => {
      project.write({
        [file]: text,
        'src/index.ts':
          'import { a } from "./a"; export default { fetch() { return new Response(a); }, async queue() {} };',
        'src/a.ts': 'export const a: string = "deep";',
      });
      const [worker] = await resolve();
      assert.ok(worker?.platform === 'workers');
      assert.deepEqual([worker.name, worker.handler, worker.environment], ['w', 'fetch', { A: 'b', O: '{"x":1}' }]);
      assert.match(readFileSync(worker.script, 'utf8'), /deep/);
      assert.equal(resolved?.notices.length, 2);
      const [queue] = await resolve(`${file}#queue`);
      assert.ok(queue?.platform === 'workers');
      assert.equal(queue.handler, 'queue');
      await refused([`${file}#scheduled`], /no handler scheduled/);
    });
  }

  it('may be the host.json of an app of many files', async () => {
    project.write({
      'host.json': '{"version": "2.0", // two\n}',
      'local.settings.json': '{"Values": {"TABLE": "t"}}',
      'package.json':
        '{"name": "shop", "main": "src/{index.js,functions/*.js}", "dependencies": {"@azure/functions": "4"}}',
      'src/index.js': 'globalThis.order = ["index"];',
      'src/functions/a.js':
        'const { app } = require("@azure/functions"); app.timer("tick", { schedule: "", handler() {} });',
      'src/functions/b.js': 'const { app } = require("@azure/functions"); app.http("orders", { handler() {} });',
    });
    const [app] = await resolve();
    assert.ok(app?.platform === 'azure');
    assert.deepEqual([app.name, app.appRoot, app.environment], ['shop/orders', project.directory, { TABLE: 't' }]);
    assert.match(readFileSync(`${app.appRoot}/${app.main}`, 'utf8'), /a\.js.*\n.*b\.js.*\n.*index\.js/);
    const [tick] = await resolve('host.json#tick');
    assert.equal(tick?.name, 'shop/tick');
    await refused(['host.json#nobody'], /no function nobody/);
  });

  it("may be the package.json of Google's framework", async () => {
    project.write({
      'package.json': '{"name": "hi", "main": "fn.js", "dependencies": {"@google-cloud/functions-framework": "5"}}',
      'fn.js': 'exports.hello = (request, response) => response.send("hi");',
    });
    const [fn] = await resolve();
    assert.ok(fn?.platform === 'google');
    assert.deepEqual([fn.name, fn.target, fn.signature, fn.generation], ['hi', 'hello', 'http', 2]);
  });

  it('is missed where there is none', () => refused([], /There is no project file in .* that tells/));

  describe('is refused', () => {
    const cases: readonly [title: string, file: string, text: string, message: RegExp][] = [
      ['when it is no YAML', 'template.yaml', 'a: [1, 2', /template\.yaml cannot be read as yaml/],
      ['when it has no resources', 'template.yaml', 'a: 1', /has no Resources/],
      ['when it is another cloud', 'serverless.yml', 'provider: { name: google }', /is for google/],
      ['when it is no TOML', 'wrangler.toml', 'main = ', /wrangler\.toml cannot be read as toml/],
      [
        'when its day is none',
        'wrangler.toml',
        'main = "w.mjs"\ncompatibility_date = "soon"',
        /compatibility_date .* is no day/,
      ],
      ['when it has no main', 'wrangler.toml', 'name = "w"', /has no main/],
      ['when it is no JSON', 'host.json', '{', /host\.json cannot be read as json/],
      ['when it is huge', 'template.yaml', `a: "${'x'.repeat(2_200_000)}"`, /larger than 2 MB/],
      ['when it is nested without end', 'serverless.yml', `a: ${'['.repeat(100_000)}`, /nested more than 100 deep/],
      [
        'when it is nested by indentation',
        'serverless.yml',
        Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
        /cannot be read as yml: Maximum call stack/,
      ],
      [
        'when its aliases are a bomb',
        'template.yaml',
        `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array.from({ length: 10 }, () => `*a${n}`).join(', ')}]`).join('\n')}\nResources: *a9\n`,
        /cannot be read as yaml|has no Resources/,
      ],
      ['when it holds itself', 'template.yaml', 'Resources: &r\n  Fn: *r\n', /cannot be read as yaml|no functions/],
      [
        'when it points out of the project',
        'template.yaml',
        'Resources: { Fn: { Type: AWS::Serverless::Function, Properties: { CodeUri: ../../../../usr/lib, Handler: x.y, Runtime: nodejs24.x } } }',
        /There is no file|outside of the project/,
      ],
      [
        'when its handler is missing',
        'template.yaml',
        'Resources: { Fn: { Type: AWS::Serverless::Function, Properties: { Handler: x.y, Runtime: nodejs24.x } } }',
        /There is no file .*x, which Fn in .*template\.yaml names/,
      ],
    ];
    for (const [title, file, text, message] of cases) {
      it(title, async () => {
        project.write({ [file]: text, 'package.json': '{"main": "x.js"}' });
        await refused([], message);
      });
    }

    it('when a link leads out of the project', async () => {
      const elsewhere = makeProject({ 'app.js': handler });
      try {
        project.link(elsewhere.directory, 'src');
        template(
          '  Fn: { Type: AWS::Serverless::Function, Properties: { CodeUri: src, Handler: app.handler, Runtime: nodejs24.x } }\n',
        );
        await refused([], /points to .*app\.js, which is outside of the project/);
      } finally {
        elsewhere.remove();
      }
    });

    it('with keys that mean something to JavaScript', async () => {
      project.write({ 'app.js': handler });
      template(`
  __proto__: { Type: AWS::Serverless::Function }
  constructor: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler, Runtime: nodejs24.x, Events: { a: { Type: toString } } } }
`);
      assert.deepEqual(
        (await lambdas()).map(({ name, event }) => [name, event]),
        [['constructor', '{}']],
      );
      assert.equal(resolved?.notices.length, 1);
    });
  });
});
