package oracle;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Reads and writes what codecs wrote, with Java's own libraries. The first line of standard input says how: "avro" and a
 * schema, or "protobuf", a FileDescriptorSet and the name of a message, all but names in hexadecimal. Each further line is a
 * value in hexadecimal; the answer is what Java writes of it, or "refused".
 */
public final class Codecs {
  private interface Codec {
    byte[] again(byte[] value) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    String[] how = in.readLine().split(" ");
    byte[] schema = HexFormat.of().parseHex(how[1]);
    Codec codec = how[0].equals("avro") ? avro(new String(schema, StandardCharsets.UTF_8)) : protobuf(schema, how[2]);
    StringBuilder out = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      try {
        out.append(HexFormat.of().formatHex(codec.again(HexFormat.of().parseHex(line)))).append('\n');
      } catch (Exception | StackOverflowError | OutOfMemoryError e) {
        out.append("refused\n");
      }
    }
    System.out.print(out);
  }

  private static Codec avro(String text) {
    Schema schema = new Schema.Parser().parse(text);
    GenericDatumReader<Object> reader = new GenericDatumReader<>(schema);
    GenericDatumWriter<Object> writer = new GenericDatumWriter<>(schema);
    return value -> {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(value, null);
      Object read = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new IOException("bytes are left");
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      writer.write(read, encoder);
      encoder.flush();
      return out.toByteArray();
    };
  }

  private static Codec protobuf(byte[] set, String name) throws Exception {
    List<FileDescriptor> files = new ArrayList<>();
    for (FileDescriptorProto file : FileDescriptorSet.parseFrom(set).getFileList()) {
      List<FileDescriptor> imports = new ArrayList<>();
      for (FileDescriptor known : files) {
        if (file.getDependencyList().contains(known.getName())) {
          imports.add(known);
        }
      }
      files.add(FileDescriptor.buildFrom(file, imports.toArray(new FileDescriptor[0])));
    }
    Descriptor message = files.get(files.size() - 1).findMessageTypeByName(name);
    return value -> DynamicMessage.parseFrom(message, value).toByteArray();
  }

  private Codecs() {}
}
