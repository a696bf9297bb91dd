"""Documents of an ops collection, sealed with a UUID and the shard that they are of."""

from __future__ import annotations

from collections.abc import Iterable
from json.encoder import encode_basestring

from flowctl_ops.publish import times
from flowctl_ops.publish.jsons import quoted
from flowctl_ops.publish.uuids import ACK_TXN, OUTSIDE_TXN, TICK, Producer, unix_ns
from flowctl_ops.publish.values import Log, Shard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from flowctl_ops.publish.decode import Line


class Sealer:
    """Makes the documents of one publisher; not for several threads at once."""

    def __init__(self, shard: Shard) -> None:
        self.producer = Producer()
        self._shard = shard.json()
        self._head = f'"}},"shard":{self._shard},"ts":"'
        self._own = f'{{"kind":"{shard.kind}","name":{quoted(shard.name)},'

    def log(self, log: Log) -> str:
        """Seal a log, with its line end."""
        shard = log.shard.json() if log.shard else self._shard
        return self.seal(f'"shard":{shard},{log.members()}', OUTSIDE_TXN)

    def seal(self, members: str, flags: int) -> str:
        """Seal a document's members, with its line end."""
        uuid = self.producer.uuid(self.producer.tick(), flags)
        return f'{{"_meta":{{"uuid":"{uuid}"}},{members}}}\n'

    def ack(self) -> str:
        """Make the acknowledgement that commits what was sealed before it."""
        uuid = self.producer.uuid(self.producer.tick(), ACK_TXN)
        return f'{{"_meta":{{"uuid":"{uuid}","ack":true}}}}\n'

    def lines(self, logs: Iterable[Line]) -> str:
        """Seal decoded logs; those without a time of their own are of the moment of their UUID.

        A connector may say which shard of this task it is, and speaks for no other task.
        """
        producer = self.producer
        clock = producer.tick()
        sealed = []
        for log in logs:
            if log.ts is None:
                log.ts = times.write(unix_ns(clock))
            own = log.shard.startswith(self._own)
            head = f'"}},"shard":{log.shard},"ts":"' if own else self._head
            message = f',"message":{encode_basestring(log.message)}' if log.message else ""
            fields = f',"fields":{log.fields}' if log.fields else ""
            if log.spans:
                fields = f'{fields},"spans":{log.spans}'
            sealed.append(
                f'{{"_meta":{{"uuid":"{producer.uuid(clock)}{head}{log.ts}","level":"{log.level}"'
                f"{message}{fields}}}\n"
            )
            clock += TICK
        producer.clock = clock
        return "".join(sealed)
