// drain and maintenance: what an operator says of a real server, by command or by file, and what that makes of its place.

export interface Condition {
  /** `vipward drain`. */
  readonly drain: boolean;
  /** `vipward maintenance`. */
  readonly maintenance: boolean;
  /** Its maintenance_file exists. */
  readonly file: boolean;
}

/** Why a server that may be well gets no new connections. */
export type Out = 'drain' | 'maintenance';

export const untouched: Condition = { drain: false, maintenance: false, file: false };

/** Maintenance is the stronger one. */
export const outOf = ({ drain, maintenance, file }: Condition): Out | undefined =>
  maintenance || file ? 'maintenance' : drain ? 'drain' : undefined;

/** In words for operators; '' for none. */
export const conditionText = (condition: Condition): string => {
  const { drain, maintenance, file } = condition;
  if (file) return maintenance ? 'maintenance, by command and by file' : 'maintenance, by file';
  if (maintenance) return 'maintenance';
  return drain ? 'drain' : '';
};

/** A place in the table: the weight, or undefined for none. */
export type Place = number | undefined;

/** Drained: weight 0, so that connections stay. In maintenance: as if its checks failed. */
export const placeWhenOut = (place: Place, out: Out | undefined, inhibit: boolean): Place => {
  switch (out) {
    case undefined:
      return place;
    case 'drain':
      return place === undefined ? undefined : 0;
    case 'maintenance':
      return inhibit ? 0 : undefined;
  }
};
