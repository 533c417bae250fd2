// nftables of this network namespace or of another: the program, a socket for elements, news of what others do.
import { type ElementKernel, openElementKernel } from './elements.ts';
import { type NftProgram, nftProgram } from './program.ts';
import { type WatchNft, watchNft } from './watch.ts';

export interface Nftables {
  readonly program: NftProgram;
  /** For elements of sets; without it the program changes them. */
  readonly elements?: ElementKernel | undefined;
  /** Without it nobody notices what others do to tables. */
  readonly watch?: WatchNft | undefined;
}

/** `namespace`: its file, such as `/run/netns/NAME`. Opens nothing yet. */
export const systemNftables = (namespace?: string): Nftables => ({
  program: nftProgram(namespace),
  elements: openElementKernel(namespace),
  watch: watchNft(namespace),
});
