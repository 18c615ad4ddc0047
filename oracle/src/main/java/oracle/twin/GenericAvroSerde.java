package oracle.twin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Confluent's layout over Avro's own library: a zero byte, the schema's id in four bytes, the record. The
 * registry is a list: ids count from one in the order of registration, as in Confluent's mock.
 */
final class GenericAvroSerde implements Serde<GenericRecord> {
  private final List<Schema> schemas = new ArrayList<>();

  GenericAvroSerde(String... known) {
    for (String text : known) schemas.add(new Schema.Parser().parse(text));
  }

  private synchronized int id(Schema schema) {
    int at = schemas.indexOf(schema);
    if (at >= 0) return at + 1;
    schemas.add(schema);
    return schemas.size();
  }

  private synchronized Schema schema(int id) { return schemas.get(id - 1); }

  @Override public Serializer<GenericRecord> serializer() {
    return (topic, record) -> {
      if (record == null) return null;
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(0);
      out.writeBytes(ByteBuffer.allocate(4).putInt(id(record.getSchema())).array());
      try {
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toByteArray();
    };
  }

  @Override public Deserializer<GenericRecord> deserializer() {
    return (topic, bytes) -> {
      if (bytes == null) return null;
      ByteBuffer in = ByteBuffer.wrap(bytes);
      in.get();
      Schema schema = schema(in.getInt());
      try {
        return new GenericDatumReader<GenericRecord>(schema).read(null, DecoderFactory.get().binaryDecoder(bytes, in.position(), in.remaining(), null));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
