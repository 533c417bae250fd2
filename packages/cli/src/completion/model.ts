// What a shell may complete, as data: one shape for all shells.

/** What follows an option or a command: nothing that could be proposed, a file, or one of a few words. */
export type Proposal =
  | { readonly kind: 'none' }
  | { readonly kind: 'file' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

export interface OptionShape {
  /** With dashes: `-f`, `--use-file`. */
  readonly names: readonly string[];
  /** The value of the next word; absent when the option takes none, or only a glued one. */
  readonly value?: Proposal;
  /** One line; may be empty. */
  readonly help: string;
}

/** A program or one of its commands; `context` is what was typed to get there: `vipward config schema`, `ipvsadm`. */
export interface CommandShape {
  readonly context: string;
  readonly commands: readonly { readonly name: string; readonly help: string }[];
  readonly options: readonly OptionShape[];
  readonly argument: Proposal;
}
