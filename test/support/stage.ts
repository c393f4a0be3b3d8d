/** What a test of functions stands on: a receiver that is new for each test, and the end of what the test started. */
import { OtlpReceiver } from './otlp-receiver.ts';

interface Ends {
  stop(): Promise<void>;
}

/** Call it inside `describe`. */
export const stageForEachTest = () => {
  const receiver = new OtlpReceiver();
  const instances: Ends[] = [];
  beforeEach(() => receiver.listen());
  afterEach(async () => {
    try {
      await Promise.all(instances.splice(0).map((instance) => instance.stop()));
    } finally {
      receiver.close();
    }
  });
  return {
    receiver,
    /** @returns the instance, which is stopped after the test if the test did not do so */
    endsWithTest<Instance extends Ends>(instance: Instance): Instance {
      instances.push(instance);
      return instance;
    },
  };
};
