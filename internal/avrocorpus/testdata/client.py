"""A client that we did not write talks to `streamgen registry`, and to the generated codec through it.

Reads lines of hex from standard input, values of the topic kitchen that the codec wrote; writes each again as hex.
"""
import sys
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

client = SchemaRegistryClient({"url": sys.argv[1], "basic.auth.user.info": "ann:secret"})

ONE = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
TWO = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"note","type":"string","default":""}]}'
BAD = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'


def refused(code, call):
    try:
        call()
    except SchemaRegistryError as e:
        assert e.error_code == code, (code, e)
        return
    raise AssertionError("not refused: %d" % code)


first = client.register_schema("s-value", Schema(ONE, "AVRO"))
assert client.register_schema("s-value", Schema(ONE, "AVRO")) == first
second = client.register_schema("s-value", Schema(TWO, "AVRO"))
assert second != first
assert client.get_schema(first).schema_str == ONE
assert client.lookup_schema("s-value", Schema(TWO, "AVRO")).version == 2
assert client.get_latest_version("s-value").schema_id == second
assert client.get_versions("s-value") == [1, 2]
assert "s-value" in client.get_subjects()
assert not client.test_compatibility("s-value", Schema(BAD, "AVRO"))
refused(409, lambda: client.register_schema("s-value", Schema(BAD, "AVRO")))
client.set_compatibility("s-value", "NONE")
assert client.get_compatibility("s-value") == "NONE"
third = client.register_schema("s-value", Schema(BAD, "AVRO"))
assert client.get_version("s-value", 3).schema_id == third
assert client.delete_version("s-value", 3) == 3
assert client.delete_subject("s-value") == [1, 2]
refused(40401, lambda: client.get_versions("s-value"))
assert client.delete_subject("s-value", permanent=True)
refused(40401, lambda: client.get_versions("s-value"))

context = SerializationContext("kitchen", MessageField.VALUE)
read = AvroDeserializer(client)
schema = client.get_latest_version("kitchen-value").schema
write = AvroSerializer(client, schema.schema_str, conf={"auto.register.schemas": False})
for line in sys.stdin:
    print(write(read(bytes.fromhex(line.strip()), context), context).hex())
