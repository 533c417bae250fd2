// Scopes of the kernel as InetScopeType has them.

/** RT_SCOPE_UNIVERSE 0 -> global(14), SITE 200 -> siteLocal(5), LINK 253 -> linkLocal(2), HOST 254 -> interfaceLocal(1). */
export const scopeNumber = (scope = 0): number => scopes.get(scope) ?? 0;

const scopes = new Map([
  [0, 14],
  [200, 5],
  [253, 2],
  [254, 1],
]);
