package oracle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import oracle.twin.Json;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.TimeWindowedDeserializer;
import org.apache.kafka.streams.kstream.TimeWindowedSerializer;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.WindowedSerdes;
import org.apache.kafka.streams.kstream.internals.SessionWindow;

/** The types of keys and values: string, int64, window(T,size), session(T). */
@SuppressWarnings({"unchecked", "rawtypes"})
public final class Types {
  private Types() {}

  public static Serde<Object> serde(String type) {
    Serde s;
    if (type.equals("string")) s = Serdes.String();
    else if (type.equals("int64")) s = Serdes.Long();
    else if (type.startsWith("window(")) {
      String[] p = inside(type).split(",");
      Serde inner = serde(p[0]);
      s = Serdes.serdeFrom(new TimeWindowedSerializer(inner.serializer()), new TimeWindowedDeserializer(inner.deserializer(), Long.parseLong(p[1])));
    } else if (type.startsWith("session(")) s = new WindowedSerdes.SessionWindowedSerde(serde(inside(type)));
    else throw new IllegalArgumentException("type " + type);
    return s;
  }

  private static String inside(String type) { return type.substring(type.indexOf('(') + 1, type.length() - 1); }

  /** What a plain function receives for an absent key: the type's zero value (S2). */
  public static Object zero(String type) {
    if (type.equals("string")) return "";
    if (type.equals("int64")) return 0L;
    return null;
  }

  /** The bytes of a key or value read from a store; windowed keys are key ++ start, sessions key ++ end ++ start. */
  public static byte[] bytes(Object o) {
    if (o == null) return null;
    if (o instanceof String s) return s.getBytes(StandardCharsets.UTF_8);
    if (o instanceof Long n) return ByteBuffer.allocate(8).putLong(n).array();
    if (o instanceof Double d) return ByteBuffer.allocate(8).putDouble(d).array();
    if (o instanceof Record r) return Json.bytes(r); // of a twin
    if (o instanceof byte[] b) return b;
    if (o instanceof Bytes b) return b.get();
    if (o instanceof Windowed<?> w) {
      byte[] k = bytes(w.key());
      if (w.window() instanceof SessionWindow) return ByteBuffer.allocate(k.length + 16).put(k).putLong(w.window().end()).putLong(w.window().start()).array();
      return ByteBuffer.allocate(k.length + 8).put(k).putLong(w.window().start()).array();
    }
    throw new IllegalArgumentException("a store holds a " + o.getClass());
  }
}
