/** What kind of server it is: those that no test can start are played here, by their answers. */
import assert from 'node:assert/strict';
import { findLayout } from '#collector/store/layout.js';
import { parseTarget } from '#collector/store/target.js';
import { Trouble } from '#collector/trouble.js';

interface Server {
  /** Engine's cluster of the table `spans`; '' = no Distributed table; absent = no table. */
  madeFor?: string;
  isCloud?: boolean;
  /** Replicas by cluster. */
  clusters?: Readonly<Record<string, number>>;
  keeper?: boolean;
  macros?: number;
}

const asked = ({ madeFor, isCloud, clusters = {}, keeper, macros = 0 }: Server) => {
  const answers: readonly [RegExp, object[]][] = [
    [/name = 'spans'/, madeFor === undefined ? [] : [{ cluster: madeFor }]],
    [/cloud_mode/, isCloud ? [{}] : []],
    [/system\.clusters/, Object.entries(clusters).map(([name, replicas]) => ({ name, replicas }))],
    [/zookeeper_connection/, keeper ? [{}] : []],
    [/system\.macros/, Array.from({ length: macros }, () => ({}))],
  ];
  return {
    target: parseTarget('https://me:secret@db.example:8443/traces'),
    select: async <Row>(query: string): Promise<Row[]> => {
      const answer = answers.find(([pattern]) => pattern.test(query)) ?? assert.fail(`nobody expected ${query}`);
      return answer[1] as Row[];
    },
  };
};

describe('the layout of a server', () => {
  const prod = { clusters: { default: 1, prod: 2 } };
  const found: readonly [string, Server, string | undefined, object][] = [
    ['one server', {}, undefined, { engines: 'plain', cluster: null, rowsIn: 'traces' }],
    ['a cloud service', { isCloud: true }, undefined, { engines: 'cloud', cluster: null, rowsIn: 'traces' }],
    ['shards', { clusters: { prod: 1 } }, 'prod', { engines: 'plain', cluster: 'prod', rowsIn: 'traces_shard' }],
    [
      'shards and replicas',
      { ...prod, keeper: true, macros: 2 },
      'prod',
      { engines: 'replicated', cluster: 'prod', rowsIn: 'traces_shard' },
    ],
    [
      'a database that was made for a cluster',
      { ...prod, keeper: true, macros: 2, madeFor: 'prod' },
      undefined,
      { engines: 'replicated', cluster: 'prod', rowsIn: 'traces_shard' },
    ],
  ];
  for (const [name, server, wanted, expected] of found) {
    it(`is seen: ${name}`, async () => {
      assert.deepEqual(await findLayout(asked(server), wanted), { database: 'traces', ...expected });
    });
  }

  const refused: readonly [string, Server, number, RegExp][] = [
    ['an unknown cluster', { clusters: { default: 1 } }, 2, /no cluster "prod"\. Choose one of: default\./],
    ['no cluster at all', {}, 2, /no cluster "prod"\. Describe it under remote_servers/],
    ['replicas without a Keeper', prod, 3, /prod has replicas, but .* knows no Keeper/],
    ['a Keeper without macros', { ...prod, keeper: true, macros: 1 }, 3, /not the macros shard and replica/],
    ['the tables of one server', { ...prod, madeFor: '' }, 3, /traces at .* holds the tables of one server/],
  ];
  for (const [name, server, exitCode, message] of refused) {
    it(`is refused with one sentence: ${name}`, async () => {
      await assert.rejects(findLayout(asked(server), 'prod'), (error) => {
        assert.ok(error instanceof Trouble && error.exitCode === exitCode, String(error));
        assert.match(`${error.message} ${error.next}`, message);
        assert.doesNotMatch(`${error.message} ${error.next}`, /secret/);
        return true;
      });
    });
  }
});
