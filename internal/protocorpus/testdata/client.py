"""A client that we did not write talks to `streamgen registry`, and to the generated codec through it.

Reads lines of hex from standard input, values of the topic kitchen that the codec wrote; writes each again as hex.
"""
import sys
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

sys.path.insert(0, sys.argv[2])
from corpus.kitchen_pb2 import Kitchen, Outer

client = SchemaRegistryClient({"url": sys.argv[1]})


def refused(code, call):
    try:
        call()
    except SchemaRegistryError as e:
        assert e.error_code == code, (code, e)
        return
    raise AssertionError("not refused: %d" % code)


ONE = 'syntax = "proto3"; message Order { string id = 1; int32 count = 2; }'
TWO = 'syntax = "proto3"; message Order { string id = 1; int64 count = 2; bool paid = 3; }'
BAD = 'syntax = "proto3"; message Order { double id = 1; }'
first = client.register_schema("s-value", Schema(ONE, "PROTOBUF"))
assert client.register_schema("s-value", Schema(ONE, "PROTOBUF")) == first
second = client.register_schema("s-value", Schema(TWO, "PROTOBUF"))
assert second != first and client.get_latest_version("s-value").schema_id == second
assert client.test_compatibility("s-value", Schema(ONE, "PROTOBUF"))
assert not client.test_compatibility("s-value", Schema(BAD, "PROTOBUF"))
refused(409, lambda: client.register_schema("s-value", Schema(BAD, "PROTOBUF")))
refused(42201, lambda: client.register_schema("s-value", Schema("message {", "PROTOBUF")))
refused(42201, lambda: client.register_schema("s-value", Schema('import "lost.proto";', "PROTOBUF")))

context = SerializationContext("kitchen", MessageField.VALUE)
read = ProtobufDeserializer(Kitchen, {"use.deprecated.format": False}, client)
write = ProtobufSerializer(Kitchen, client, {"use.deprecated.format": False})
for line in sys.stdin:
    print(write(read(bytes.fromhex(line.strip()), context), context).hex())

# A message that is declared in another one, and not the first of its file.
leaf = Outer.Middle.Leaf(text="deep")
write = ProtobufSerializer(Outer.Middle.Leaf, client, {"use.deprecated.format": False})
print(write(leaf, SerializationContext("leaves", MessageField.VALUE)).hex())
