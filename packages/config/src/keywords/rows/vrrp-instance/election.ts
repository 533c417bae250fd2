// vrrp_instance: who becomes master, and what the master takes.
import { bool, flag, seconds } from '../../grammar.ts';
import type { RowText } from '../../row.ts';

export const election: readonly RowText[] = [
  {
    name: 'nopreempt',
    grammar: flag,
    default: 'preempt',
    help: 'do not take over from a lower priority master; cleared with MASTER or 255',
    acted: true,
  },
  { name: 'preempt', grammar: flag, default: 'preempt', help: 'undo nopreempt', acted: true },
  {
    name: 'preempt_delay',
    grammar: seconds(0, 1000),
    default: '0',
    help: 'wait before preempting; cleared with MASTER, nopreempt or strict',
    acted: true,
  },
  {
    name: 'accept',
    grammar: flag,
    default: 'on unless strict (then on only for 255)',
    help: 'take packets for the VIPs when not owner',
    acted: true,
  },
  { name: 'no_accept', grammar: flag, help: 'filter packets for the VIPs (by nftables)', acted: true },
  { name: 'strict_mode', grammar: bool, default: 'vrrp_strict', help: 'RFC rules for this instance', acted: true },
  {
    name: 'skip_check_adv_addr',
    grammar: bool,
    default: 'vrrp_skip_check_adv_addr',
    help: 'skip the VIP list comparison',
    acted: true,
  },
  {
    name: 'promote_secondaries',
    grammar: flag,
    default: 'off',
    help: "set the interface's promote_secondaries",
    acted: true,
  },
];
