/** One spelling for what a provider itself spells in several ways, so that all who tell of a function mean the same one. */

export interface Spelled {
  readonly provider: string;
  readonly account: string;
  readonly region: string;
  readonly functionName: string | null;
}

/** Names of apps are host names; the functions in them are told apart by case. */
const azureName = (name: string): string => {
  const end = name.indexOf('/');
  return end === -1 ? name.toLowerCase() : name.slice(0, end).toLowerCase() + name.slice(end);
};

/**
 * Azure writes `/SUBSCRIPTIONS/12AB.../SITES/SHOP` in its logs and `12ab...` and `Shop` in the app's environment; regions are
 * `West Europe` here and `westeurope` there.
 */
const azure = ({ provider, account, region, functionName }: Spelled): Spelled => ({
  provider,
  account: account.toLowerCase(),
  region: region.toLowerCase().replaceAll(' ', ''),
  functionName: functionName === null ? null : azureName(functionName),
});

export const spelled = (told: Spelled): Spelled => (told.provider === 'azure' ? azure(told) : told);
