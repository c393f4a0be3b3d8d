/**
 * A function that forwards to a collector what Azure Monitor puts into an Event Hub.
 *
 *   EventHub          connection string of the hub or its namespace
 *   EVENT_HUB_NAME    the hub
 *   CONSUMER_GROUP    where it is not $Default
 *   COLDLENS_URL      the collector, such as https://coldlens.example.com
 *   COLDLENS_TOKEN    a token with the scope `write`
 *   COLDLENS_REGION   of records that do not tell theirs, such as westeurope: those of Application Insights
 */
import { app } from '@azure/functions';
import { forward } from './forward.mjs';

app.eventHub('forward', {
  connection: 'EventHub',
  eventHubName: '%EVENT_HUB_NAME%',
  ...(process.env.CONSUMER_GROUP && { consumerGroup: '%CONSUMER_GROUP%' }),
  cardinality: 'many',
  // Without a policy a batch that failed is passed over. With it the partition waits, and the hub keeps what comes.
  retry: {
    strategy: 'exponentialBackoff',
    maxRetryCount: -1,
    minimumInterval: { seconds: 5 },
    maximumInterval: { minutes: 5 },
  },
  handler: (messages, context) => forward(messages, { log: (text) => context.error(text) }),
});
