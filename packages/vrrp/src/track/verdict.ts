// From the results of a track script's runs to a verdict: rise and fall (keepalived's vrrp_script). Pure.

export interface Verdict {
  /** `unknown` until the first run has ended. */
  readonly is: 'unknown' | 'up' | 'down';
  /** Results in a row that speak against the verdict. */
  readonly against: number;
}

export const unknownVerdict: Verdict = { is: 'unknown', against: 0 };

/** The first result counts at once, whatever rise and fall say (seen on keepalived 2.2.7), init_fail or not. */
export const judge = (
  { is, against }: Verdict,
  good: boolean,
  { rise, fall }: { readonly rise: number; readonly fall: number },
): Verdict => {
  const result = good ? 'up' : 'down';
  if (is === 'unknown' || is === result) return { is: result, against: 0 };
  return against + 1 >= (good ? rise : fall) ? { is: result, against: 0 } : { is, against: against + 1 };
};
