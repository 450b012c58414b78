import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { asyncScheduler } from 'rxjs';
import type { Checkpoint, Lease, Taker } from '../Lease.ts';
import { checkpointAttributes } from './checkpointAttributes.ts';
import type { LeaseRow } from './LeaseRow.ts';
import type { RowUpdate } from './LeaseRows.ts';

const COUNT = '#leaseCounter = #leaseCounter + :one';
const ONE: Readonly<Record<':one', AttributeValue>> = { ':one': { N: '1' } };
/** The holder's: `checkpointOwner` is who holds while a KCL 3.x hands the lease over, `leaseOwner` else. */
const HELD =
  '#rxjsOwner = :owner AND #rxjsToken = :token AND ' +
  '(#checkpointOwner = :owner OR (attribute_not_exists(#checkpointOwner) AND #leaseOwner = :owner))';

/** Makes the taker the owner. `marks` say in the row whose the lease is. */
export function taking(lease: Lease, { workerId, token }: Taker, marks: LeaseRow): RowUpdate {
  const isSwitch = lease.owner !== undefined && lease.owner !== workerId;
  return {
    condition: '#leaseCounter = :counter AND (attribute_not_exists(#rxjsToken) OR #rxjsToken <> :token)',
    update:
      `SET ${COUNT}, #leaseOwner = :owner, #rxjsOwner = :owner, #rxjsToken = :token, ` +
      '#ownerSwitchesSinceCheckpoint = if_not_exists(#ownerSwitchesSinceCheckpoint, :zero) + :switches' +
      Object.keys(marks)
        .map((name) => `, #${name} = :${name}`)
        .join('') +
      ' REMOVE #checkpointOwner, #rxjsNextOwner',
    values: {
      ...ONE,
      ...counterOf(lease),
      ':owner': { S: workerId },
      ':token': { S: token },
      ':zero': { N: '0' },
      ':switches': { N: isSwitch ? '1' : '0' },
      ...Object.fromEntries(Object.entries(marks).map(([name, value]) => [`:${name}`, value])),
    },
  };
}

/** Moves the counter and nothing else. */
export function renewing(lease: Lease): RowUpdate {
  return { condition: HELD, update: `SET ${COUNT}`, values: { ...ONE, ...holderOf(lease) } };
}

/** Replaces a checkpoint that is just what `next` was compared with: DynamoDB would compare positions as text. */
export function advancing(
  lease: Lease,
  was: Checkpoint,
  next: Checkpoint,
  childShardIds?: readonly string[],
): RowUpdate {
  const old = checkpointAttributes(was);
  const to = storing(next);
  const children = childShardIds && childShardIds.length > 0 ? { SS: [...new Set(childShardIds)] } : undefined;
  const oldSub =
    old.checkpointSubSequenceNumber.N === '0' ? ' OR attribute_not_exists(#checkpointSubSequenceNumber)' : '';
  return {
    condition: `${HELD} AND #checkpoint = :was AND (#checkpointSubSequenceNumber = :wasSub${oldSub})`,
    update:
      `SET ${COUNT}, ${to.set}${children ? ', #childShardIds = :children' : ''}` +
      ` REMOVE ${to.remove}${childShardIds?.length === 0 ? ', #childShardIds' : ''}`,
    values: {
      ...ONE,
      ...holderOf(lease),
      ...to.values,
      ':was': old.checkpoint,
      ':wasSub': old.checkpointSubSequenceNumber,
      ...(children && { ':children': children }),
    },
  };
}

/** Sets who wants the lease, where nobody else does. */
export function asking(lease: Lease, workerId: string): RowUpdate {
  return {
    condition:
      '#leaseCounter = :counter AND attribute_exists(#leaseOwner) AND #leaseOwner = #rxjsOwner AND ' +
      'attribute_not_exists(#checkpointOwner) AND attribute_not_exists(#rxjsNextOwner)',
    update: `SET ${COUNT}, #rxjsNextOwner = :next`,
    values: { ...ONE, ...counterOf(lease), ':next': { S: workerId } },
  };
}

/** Leaves the lease to nobody, or to who asked for it. */
export function freeing(lease: Lease): RowUpdate {
  return {
    condition: `${HELD} AND attribute_not_exists(#checkpointOwner)`,
    update: `SET ${COUNT} REMOVE #leaseOwner, #rxjsOwner, #rxjsToken`,
    values: { ...ONE, ...holderOf(lease) },
  };
}

/** Ends a hand-over of a KCL 3.x: the next owner is in the row already, and the lease becomes that one's. The token stays, for a repetition to find. */
export function handingOver(lease: Lease): RowUpdate {
  return {
    condition: `${HELD} AND #checkpointOwner = :owner`,
    update: `SET ${COUNT} REMOVE #checkpointOwner`,
    values: { ...ONE, ...holderOf(lease) },
  };
}

/** Leaves nothing of the owner, so that a KCL finds a lease as of a worker that stopped; one that holds it compares the counter, and stops. */
export function puttingBack(lease: Lease, checkpoint: Checkpoint): RowUpdate {
  const to = storing(checkpoint);
  return {
    condition: '#leaseCounter = :counter',
    update:
      `SET ${COUNT}, ${to.set} REMOVE ${to.remove}` +
      ', #leaseOwner, #checkpointOwner, #rxjsOwner, #rxjsToken, #rxjsNextOwner',
    values: { ...ONE, ...counterOf(lease), ...to.values },
  };
}

/** Stores a checkpoint. What a KCL has prepared (`pending…`) is settled with it. */
function storing(next: Checkpoint) {
  const { rxjsTimestamp, ...attributes } = checkpointAttributes(next);
  return {
    set:
      '#checkpoint = :next, #checkpointSubSequenceNumber = :nextSub, #ownerSwitchesSinceCheckpoint = :zero, ' +
      '#rxjsCheckpointed = :written, #rxjsCheckpointedAt = :now' +
      (rxjsTimestamp ? ', #rxjsTimestamp = :timestamp' : ''),
    remove:
      '#pendingCheckpoint, #pendingCheckpointSubSequenceNumber, #pendingCheckpointState' +
      (rxjsTimestamp ? '' : ', #rxjsTimestamp'),
    values: {
      ':next': attributes.checkpoint,
      ':nextSub': attributes.checkpointSubSequenceNumber,
      ':zero': { N: '0' },
      ':written': { S: `${attributes.checkpoint.S}:${attributes.checkpointSubSequenceNumber.N}` },
      ':now': { N: String(Math.floor(asyncScheduler.now())) },
      ...(rxjsTimestamp && { ':timestamp': rxjsTimestamp }),
    },
  };
}

const holderOf = ({ owner = '', token = '' }: Lease) => ({ ':owner': { S: owner }, ':token': { S: token } });

const counterOf = ({ counter }: Lease) => ({ ':counter': { N: String(counter) } });
