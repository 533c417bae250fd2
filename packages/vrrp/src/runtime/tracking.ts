// The scripts, files and processes that somebody tracks: followed while an instance names them, as keepalived does.
import type { TrackedItem, VrrpInstance, VrrpScript } from '@vipward/config';
import type { Clock } from '@vipward/sockets';
import { TrackFiles } from '../track/files.ts';
import { type ProcessSource, TrackProcesses } from '../track/processes.ts';
import { TrackScripts } from '../track/scripts.ts';
import type { StartScript } from '../track/start-script.ts';
import type { VrrpLog } from './log.ts';
import type { TrackSettings } from './track-settings.ts';

export interface TrackingParts {
  /** Without it no script is run here. */
  readonly startScript: StartScript | undefined;
  readonly processSource: ProcessSource;
  readonly clock: Clock;
  readonly log: VrrpLog;
  readonly afterInput: (fn: () => void) => void;
  onVerdict(script: string, up: boolean): void;
  onUnusable(script: string): void;
  onFile(name: string): void;
  onQuorum(process: string): void;
}

export class Tracking {
  readonly scripts: TrackScripts | undefined;
  readonly files: TrackFiles;
  readonly processes: TrackProcesses;

  constructor(parts: TrackingParts) {
    const { startScript, processSource, clock, log, afterInput, onVerdict, onUnusable } = parts;
    this.scripts =
      startScript && new TrackScripts({ start: startScript, clock, log, afterInput, onVerdict, onUnusable });
    this.files = new TrackFiles({ clock, log, onValue: (name) => parts.onFile(name) });
    this.processes = new TrackProcesses({
      ...{ source: processSource, clock, log, afterInput },
      onQuorum: (name) => parts.onQuorum(name),
    });
  }

  async follow(instances: readonly VrrpInstance[], { files = [], processes = [] }: TrackSettings): Promise<void> {
    this.files.set(tracked(instances, files, ({ trackFiles }) => trackFiles));
    await this.processes.set(tracked(instances, processes, ({ trackProcesses }) => trackProcesses));
  }

  followScripts(instances: readonly VrrpInstance[], scripts: readonly VrrpScript[]): void {
    this.scripts?.set(tracked(instances, scripts, ({ trackScripts }) => trackScripts));
  }

  close(): void {
    this.scripts?.stop();
    this.files.close();
    this.processes.close();
  }
}

const tracked = <T extends { readonly name: string }>(
  instances: readonly VrrpInstance[],
  all: readonly T[],
  of: (instance: VrrpInstance) => readonly TrackedItem[] | undefined,
): readonly T[] => {
  const names = new Set(instances.flatMap((instance) => (of(instance) ?? []).map(({ name }) => name)));
  return all.filter(({ name }) => names.has(name));
};
