// What weights are to an address owner: its priority is 255 whatever happens, so what would only move it is not tracked.
import type { Config, TrackedItem, VrrpInstance } from '../model.ts';
import type { Report } from '../source/report.ts';

const OWNER = 255;

type Trackable = Pick<Config, 'vrrpScripts' | 'trackFiles' | 'bfdInstances'>;

/** As keepalived, in its words: a file whose own weight counts is tracked with weight 0, and processes stay as they are. */
export const withoutOwnerWeights = (
  instance: VrrpInstance,
  { vrrpScripts, trackFiles, bfdInstances }: Trackable,
  report: Report,
): VrrpInstance => {
  if (instance.priority !== OWNER) return instance;
  const ignore = (item: TrackedItem, text: string): void =>
    report('warning', 'weight-of-owner', `(${instance.name}) ignoring ${text}`, item.at, {
      related: [{ at: instance.at, message: 'the instance is here' }],
      hint: 'with weight 0 a failure is a fault of the instance',
    });
  /** Without what has a weight, which is said. */
  const weightless = (
    items: readonly TrackedItem[],
    weightOf: (item: TrackedItem) => number,
    text: (item: TrackedItem, weight: number) => string,
  ): readonly TrackedItem[] =>
    items.filter((item) => {
      const weight = weightOf(item);
      if (weight !== 0) ignore(item, text(item, weight));
      return weight === 0;
    });
  const own = ({ weight = 0 }: TrackedItem): number => weight;
  const files = weightless(
    instance.trackFiles ?? [],
    own,
    ({ name }, weight) => `tracked file ${name} with weight ${weight} due to address_owner`,
  );
  return {
    ...instance,
    trackInterfaces: weightless(
      instance.trackInterfaces,
      own,
      ({ name }) => `${name} tracked interface due to address owner`,
    ),
    trackScripts: weightless(
      instance.trackScripts,
      weightIn(vrrpScripts),
      ({ name }) => `tracked script ${name} with weights due to address_owner`,
    ),
    trackFiles: files.map((item) => {
      if (weightIn(trackFiles)(item) === 0) return item;
      ignore(item, `weight from tracked file ${item.name} due to address_owner. specify weight 0`);
      return { ...item, weight: 0 };
    }),
    trackBfds: weightless(
      instance.trackBfds ?? [],
      weightIn(bfdInstances),
      ({ name }, weight) => `tracked bfd ${name} with weight ${weight} due to address_owner`,
    ),
  };
};

/** Its own, or that of the object it names. */
const weightIn =
  (objects: readonly { readonly name: string; readonly weight: number }[] = []) =>
  ({ name, weight }: TrackedItem): number =>
    weight ?? objects.find((object) => object.name === name)?.weight ?? 0;
