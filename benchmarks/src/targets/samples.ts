/**
 * A sample of what each trigger sends, in the shape of the providers' own documentation, with the accounts and names of
 * its examples:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 * https://cloud.google.com/eventarc/docs/cloudevents
 */
export const samples = {
  empty: {
    platform: 'lambda',
    about: 'an empty object',
    event: {},
  },
  'apigateway-v1': {
    platform: 'lambda',
    about: 'API Gateway, REST (payload 1.0)',
    event: {
      resource: '/orders/{id}',
      path: '/orders/42',
      httpMethod: 'POST',
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        host: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
        'user-agent': 'coldlens',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      multiValueHeaders: {
        accept: ['*/*'],
        'content-type': ['application/json'],
        host: ['abcdefghij.execute-api.us-east-1.amazonaws.com'],
        'user-agent': ['coldlens'],
        'x-forwarded-for': ['192.0.2.1'],
        'x-forwarded-port': ['443'],
        'x-forwarded-proto': ['https'],
      },
      queryStringParameters: {
        limit: '10',
      },
      multiValueQueryStringParameters: {
        limit: ['10'],
      },
      pathParameters: {
        id: '42',
      },
      stageVariables: null,
      requestContext: {
        accountId: '123456789012',
        apiId: 'abcdefghij',
        domainName: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'abcdefghij',
        extendedRequestId: 'c6af9ac6-7b61',
        httpMethod: 'POST',
        identity: {
          sourceIp: '192.0.2.1',
          userAgent: 'coldlens',
        },
        path: '/prod/orders/42',
        protocol: 'HTTP/1.1',
        requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
        requestTime: '01/Jan/2026:00:00:00 +0000',
        requestTimeEpoch: 1767225600000,
        resourceId: '123456',
        resourcePath: '/orders/{id}',
        stage: 'prod',
      },
      body: '{"id":42}',
      isBase64Encoded: false,
    },
  },
  'apigateway-v2': {
    platform: 'lambda',
    about: 'API Gateway, HTTP (payload 2.0), and function URLs',
    event: {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/orders/42',
      rawQueryString: 'limit=10',
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        host: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
        'user-agent': 'coldlens',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
      },
      queryStringParameters: {
        limit: '10',
      },
      requestContext: {
        accountId: '123456789012',
        apiId: 'abcdefghij',
        domainName: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
        domainPrefix: 'abcdefghij',
        http: {
          method: 'POST',
          path: '/orders/42',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.1',
          userAgent: 'coldlens',
        },
        requestId: 'JKJaXmPLvHcESHA=',
        routeKey: '$default',
        stage: '$default',
        time: '01/Jan/2026:00:00:00 +0000',
        timeEpoch: 1767225600000,
      },
      body: '{"id":42}',
      isBase64Encoded: false,
    },
  },
  sqs: {
    platform: 'lambda',
    about: 'SQS, one message',
    event: {
      Records: [
        {
          messageId: '059f36b4-87a3-44ab-83d2-661975830a7d',
          receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
          body: '{"id":42}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: '1767225600000',
            SenderId: 'AIDAIENQZJOLO23YVJ4VO',
            ApproximateFirstReceiveTimestamp: '1767225600001',
          },
          messageAttributes: {},
          md5OfBody: '8ce6d5bb0ec8ab0dbd8c2d6d6e4ab8bb',
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:my-queue',
          awsRegion: 'us-east-1',
        },
      ],
    },
  },
  sns: {
    platform: 'lambda',
    about: 'SNS, one notification',
    event: {
      Records: [
        {
          EventVersion: '1.0',
          EventSubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:my-topic:21be56ed-a058-49f5-8c98-aedd2564c486',
          EventSource: 'aws:sns',
          Sns: {
            SignatureVersion: '1',
            Timestamp: '2026-01-01T00:00:00.000Z',
            Signature: 'EXAMPLE',
            SigningCertUrl: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem',
            MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
            Message: '{"id":42}',
            MessageAttributes: {},
            Type: 'Notification',
            UnsubscribeUrl: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
            TopicArn: 'arn:aws:sns:us-east-1:123456789012:my-topic',
            Subject: 'order',
          },
        },
      ],
    },
  },
  s3: {
    platform: 'lambda',
    about: 'S3, one object created',
    event: {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          awsRegion: 'us-east-1',
          eventTime: '2026-01-01T00:00:00.000Z',
          eventName: 'ObjectCreated:Put',
          userIdentity: {
            principalId: 'AWS:AIDAEXAMPLE',
          },
          requestParameters: {
            sourceIPAddress: '192.0.2.1',
          },
          responseElements: {
            'x-amz-request-id': 'EXAMPLE123456789',
            'x-amz-id-2': 'EXAMPLE123',
          },
          s3: {
            s3SchemaVersion: '1.0',
            configurationId: 'orders',
            bucket: {
              name: 'my-bucket',
              ownerIdentity: {
                principalId: 'A3NL1KOZZKExample',
              },
              arn: 'arn:aws:s3:::my-bucket',
            },
            object: {
              key: 'orders/42.json',
              size: 1024,
              eTag: 'd41d8cd98f00b204e9800998ecf8427e',
              sequencer: '0A1B2C3D4E5F678901',
            },
          },
        },
      ],
    },
  },
  eventbridge: {
    platform: 'lambda',
    about: 'EventBridge, an event of an application',
    event: {
      version: '0',
      id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
      'detail-type': 'OrderPlaced',
      source: 'my.orders',
      account: '123456789012',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: {
        id: 42,
      },
    },
  },
  schedule: {
    platform: 'lambda',
    about: 'EventBridge, a schedule',
    event: {
      version: '0',
      id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: '123456789012',
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:123456789012:rule/my-schedule'],
      detail: {},
    },
  },
  dynamodb: {
    platform: 'lambda',
    about: 'DynamoDB Streams, one item inserted',
    event: {
      Records: [
        {
          eventID: 'c4ca4238a0b923820dcc509a6f75849b',
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'us-east-1',
          dynamodb: {
            ApproximateCreationDateTime: 1767225600,
            Keys: {
              id: {
                N: '42',
              },
            },
            NewImage: {
              id: {
                N: '42',
              },
              name: {
                S: 'order',
              },
            },
            SequenceNumber: '4421584500000000017450439091',
            SizeBytes: 26,
            StreamViewType: 'NEW_AND_OLD_IMAGES',
          },
          eventSourceARN: 'arn:aws:dynamodb:us-east-1:123456789012:table/my-table/stream/2026-01-01T00:00:00.000',
        },
      ],
    },
  },
  kinesis: {
    platform: 'lambda',
    about: 'Kinesis, one record',
    event: {
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: '42',
            sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
            data: 'eyJpZCI6NDJ9',
            approximateArrivalTimestamp: 1767225600.123,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: 'arn:aws:iam::123456789012:role/my-role',
          awsRegion: 'us-east-1',
          eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/my-stream',
        },
      ],
    },
  },
  http: {
    platform: 'google',
    about: 'an HTTP request; what is in the file is its body',
    signature: 'http',
    event: {
      id: 42,
    },
  },
  pubsub: {
    platform: 'google',
    about: 'a CloudEvent of Pub/Sub; what is in the file is the message',
    signature: 'cloudevent',
    event: {
      id: 42,
    },
  },
  storage: {
    platform: 'google',
    about: 'a CloudEvent of Cloud Storage, object finalized',
    signature: 'cloudevent',
    event: {
      specversion: '1.0',
      id: '1096434104173400',
      source: '//storage.googleapis.com/projects/_/buckets/my-bucket',
      type: 'google.cloud.storage.object.v1.finalized',
      subject: 'objects/orders/42.json',
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      data: {
        bucket: 'my-bucket',
        name: 'orders/42.json',
        contentType: 'application/json',
        size: '1024',
        metageneration: '1',
        generation: '1587627537231057',
        timeCreated: '2026-01-01T00:00:00.000Z',
        updated: '2026-01-01T00:00:00.000Z',
        storageClass: 'STANDARD',
        md5Hash: '1B2M2Y8AsgTpgAmY7PhCfg==',
      },
    },
  },
  'azure-http': {
    platform: 'azure',
    about: 'an HTTP request; what is in the file is its body',
    event: {
      id: 42,
    },
  },
  'azure-timer': {
    platform: 'azure',
    about: 'a timer; takes nothing from the file',
    event: {},
  },
  'azure-queue': {
    platform: 'azure',
    about: 'one message; what is in the file',
    event: {
      id: 42,
    },
  },
  fetch: {
    platform: 'workers',
    about: 'a request; what is in the file is its body',
    handler: 'fetch',
    event: {
      id: 42,
    },
  },
  scheduled: {
    platform: 'workers',
    about: 'a cron trigger; takes nothing from the file',
    handler: 'scheduled',
    event: {},
  },
  queue: {
    platform: 'workers',
    about: 'one message; what is in the file is its body',
    handler: 'queue',
    event: {
      id: 42,
    },
  },
  none: {
    platform: 'node',
    about: 'a program that runs and ends by itself',
    event: {},
  },
} as const;
