import { BlockList } from 'node:net';
import { hasAddress } from './host-pattern.ts';

/** Where clouds hand out the credentials of a machine to whoever asks from it. */
const metadataAddresses = {
  ipv4: ['100.100.100.200', '168.63.129.16', '192.0.0.192'],
  ipv6: ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'],
} as const;

const metadataNames = new Set([
  'instance-data',
  'instance-data.ec2.internal',
  'metadata',
  'metadata.azure.internal',
  'metadata.goog',
  'metadata.google.internal',
]);

const guarded = new BlockList();
guarded.addSubnet('169.254.0.0', 16, 'ipv4');
guarded.addSubnet('fe80::', 10, 'ipv6');
// The same of IPv4 by way of a translation (NAT64, 6to4).
guarded.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
guarded.addSubnet('2002:a9fe::', 32, 'ipv6');
for (const address of metadataAddresses.ipv4) guarded.addAddress(address, 'ipv4');
for (const address of metadataAddresses.ipv6) guarded.addAddress(address, 'ipv6');

/** True of a link-local address, and of one under which a cloud serves the credentials of its machines. */
export function isGuardedAddress(address: string): boolean {
  return hasAddress(guarded, address);
}

/** True of a name under which a cloud serves the credentials of its machines. */
export function isGuardedName(name: string): boolean {
  return metadataNames.has(name);
}
