/** What a test of functions stands on: a receiver that is new for each test, and the end of what the test started. */
import { OtlpReceiver } from './otlp-receiver.ts';

interface Ends {
  stop(): Promise<void>;
}

/**
 * Call it inside `describe`.
 * @param ends when what a test started is stopped: `afterwards` = all of it at once after the last test, where stopping takes
 *   its time and what is left running does nothing more
 */
export const stageForEachTest = (ends: 'with its test' | 'afterwards' = 'with its test') => {
  const receiver = new OtlpReceiver();
  const instances: Ends[] = [];
  const stopAll = async (): Promise<void> => {
    await Promise.all(instances.splice(0).map((instance) => instance.stop()));
  };
  beforeEach(() => receiver.listen());
  afterEach(async () => {
    try {
      if (ends === 'with its test') await stopAll();
    } finally {
      receiver.close();
    }
  });
  after(stopAll);
  return {
    receiver,
    /** @returns the instance, which is stopped if the test did not do so */
    endsWithTest<Instance extends Ends>(instance: Instance): Instance {
      instances.push(instance);
      return instance;
    },
  };
};
