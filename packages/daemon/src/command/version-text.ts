// What -v says, and what SNMP shows as version.

/** Scripts look for the first two words. */
export const versionText = (version: string): string => `Keepalived v2.4.3 (vipward ${version})`;
