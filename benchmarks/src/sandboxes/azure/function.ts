/** What Azure knows of a deployed function app, and the environment that it starts a worker with. */

export interface AzureFunction {
  /** `<app>/<function>`: an app holds several functions, and the sandbox's events go to this one. */
  name: string;
  /** The app's directory. */
  root: string;
  /** The app's entry file, relative to its directory: `main` of its package.json. */
  main: string;
  sku: 'Dynamic' | 'FlexConsumption' | 'ElasticPremium';
  /** Milliseconds that a caller waits. */
  timeoutMs: number;
  /** Start the worker before it is given to the app, as the platform does to shorten cold starts. Default false. */
  fromPlaceholder?: boolean;
  /** The user's own variables: the app's settings. */
  environment?: Readonly<Record<string, string>>;
}

/** Subscription and region of Azure's own documentation examples. */
export const exampleSubscription = '00000000-0000-0000-0000-000000000000';
const resourceGroup = 'my-resource-group';
const region = 'West Europe';

/** A worker that belongs to nobody yet. */
export const placeholderEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  FUNCTIONS_EXTENSION_VERSION: '~4',
  FUNCTIONS_WORKER_RUNTIME: 'node',
  WEBSITE_PLACEHOLDER_MODE: '1',
});

/** A worker of this app. */
export const appEnvironment = (fn: AzureFunction): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  FUNCTIONS_EXTENSION_VERSION: '~4',
  FUNCTIONS_WORKER_RUNTIME: 'node',
  AzureWebJobsScriptRoot: fn.root,
  REGION_NAME: region,
  WEBSITE_INSTANCE_ID: `${process.pid}-${Math.random().toString(16).slice(2)}`,
  WEBSITE_OWNER_NAME: `${exampleSubscription}+${resourceGroup}-WestEuropewebspace-Linux`,
  WEBSITE_RESOURCE_GROUP: resourceGroup,
  WEBSITE_SITE_NAME: fn.name.split('/')[0] ?? fn.name,
  WEBSITE_SKU: fn.sku,
  ...(fn.fromPlaceholder && { WEBSITE_PLACEHOLDER_MODE: '0', INITIALIZED_FROM_PLACEHOLDER: 'True' }),
  ...fn.environment,
});
