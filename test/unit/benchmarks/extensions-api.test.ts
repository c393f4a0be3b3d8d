import assert from 'node:assert/strict';
import { ExtensionsApi } from '#benchmarks/src/sandboxes/lambda/apis/extensions-api.js';
import { SandboxServer } from '#benchmarks/src/sandboxes/lambda/apis/server.js';
import { rulesOf } from '#benchmarks/src/sandboxes/lambda/rules.js';

const fn = { functionName: 'probe', functionVersion: '$LATEST', handler: 'a.b', accountId: '1' };

describe('the Extensions API of the sandbox', () => {
  let api: ExtensionsApi;
  let server: SandboxServer;
  let url: string;
  let failed: string[];

  beforeEach(async () => {
    failed = [];
    api = new ExtensionsApi(fn, ['outside'], rulesOf['on-demand'].extensionEvents, {
      onProgress: () => undefined,
      onReady: () => undefined,
      onError: ({ name }, errorType) => failed.push(`${name} ${errorType}`),
    });
    server = new SandboxServer({ '2020-01-01': { name: 'extension', route: api.route } });
    url = `http://${await server.listen()}/2020-01-01/extension`;
  });
  afterEach(() => server.close());

  const register = (name: string | undefined, events: unknown, more: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/register`, {
      method: 'POST',
      headers: { ...(name !== undefined && { 'Lambda-Extension-Name': name }), ...more },
      body: JSON.stringify({ events }),
    });
  const typeOf = async (response: Response): Promise<string> => {
    const { errorType } = (await response.json()) as { errorType: string };
    return `${response.status} ${errorType}`;
  };

  it('registers, and tells the account only to who asks for it', async () => {
    const plain = await register('outside', ['INVOKE', 'SHUTDOWN']);
    assert.equal(plain.status, 200);
    assert.ok(plain.headers.get('lambda-extension-identifier'));
    assert.deepEqual(await plain.json(), { functionName: 'probe', functionVersion: '$LATEST', handler: 'a.b' });
    const asking = await register('inside', ['INVOKE'], { 'Lambda-Extension-Accept-Feature': 'accountId' });
    assert.equal(((await asking.json()) as { accountId?: string }).accountId, '1');
    assert.deepEqual(
      api.registered.map(({ name, isExternal }) => [name, isExternal]),
      [
        ['outside', true],
        ['inside', false],
      ],
    );
  });

  it('refuses what the platform refuses', async () => {
    assert.equal(await typeOf(await register(undefined, [])), '403 Extension.InvalidExtensionName');
    assert.equal(await typeOf(await register('a', ['SLEEP'])), '400 InvalidRequestFormat');
    assert.equal(
      await typeOf(await register('inside', ['SHUTDOWN'])),
      '403 ShutdownEventNotSupportedForInternalExtension',
    );
    await register('twice', []);
    assert.equal(await typeOf(await register('twice', [])), '403 Extension.AlreadyRegistered');
    for (let count = 1; count < 10; count += 1) await register(`many-${count}`, []);
    assert.equal(await typeOf(await register('eleventh', [])), '403 Extension.TooManyExtensions');
    api.closeRegistration();
    assert.equal(await typeOf(await register('late', [])), '403 Extension.RegistrationClosed');
  });

  it('knows nobody by a wrong identifier', async () => {
    const headers = { 'Lambda-Extension-Identifier': 'nobody' };
    assert.equal(
      await typeOf(await fetch(`${url}/event/next`, { headers })),
      '403 Extension.UnknownExtensionIdentifier',
    );
    assert.equal(await typeOf(await fetch(`${url}/event/next`)), '403 Extension.MissingExtensionIdentifier');
  });

  it('hands each event to who asked for it, and the shutdown also to who asks late', async () => {
    const identifier = (await register('outside', ['SHUTDOWN'])).headers.get('lambda-extension-identifier') ?? '';
    const headers = { 'Lambda-Extension-Identifier': identifier };
    api.send('INVOKE', {});
    api.send('SHUTDOWN', { shutdownReason: 'spindown' });
    const event = await (await fetch(`${url}/event/next`, { headers })).json();
    assert.deepEqual(event, { eventType: 'SHUTDOWN', shutdownReason: 'spindown' });
  });

  it('passes on the errors of extensions', async () => {
    const identifier = (await register('outside', [])).headers.get('lambda-extension-identifier') ?? '';
    const headers = { 'Lambda-Extension-Identifier': identifier, 'Lambda-Extension-Function-Error-Type': 'Ext.Bad' };
    const { status } = await fetch(`${url}/init/error`, { method: 'POST', headers });
    assert.equal(status, 202);
    assert.deepEqual(failed, ['outside Ext.Bad']);
  });
});
