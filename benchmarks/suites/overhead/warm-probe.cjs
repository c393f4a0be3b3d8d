/**
 * Run as a process of its own: loads one variant's handler as Lambda would and prints what a warm call takes before its
 * response, and how many modules are loaded. argv: handler file, export, calls.
 */
const [, , file, name, calls] = process.argv;

const turn = () => new Promise((resolve) => setImmediate(resolve));

const main = async () => {
  const { [name]: handler } = await import(file);
  const took = [];
  for (let call = 0; call < Number(calls); call += 1) {
    const context = {
      awsRequestId: `warm-${call}`,
      functionName: 'overhead',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:overhead',
      memoryLimitInMB: '512',
      getRemainingTimeInMillis: () => 30_000,
    };
    const begin = process.hrtime.bigint();
    await handler({ id: call }, context);
    took.push(Number(process.hrtime.bigint() - begin) / 1_000);
    // What an agent does after the response is not part of the caller's wait.
    for (let turns = 0; turns < 4; turns += 1) await turn();
  }
  took.sort((a, b) => a - b);
  const modules = Object.keys(require.cache).length + process.moduleLoadList.length;
  process.send({ warmUs: took[Math.floor(took.length / 2)], modules });
};

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
