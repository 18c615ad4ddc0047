package oracle.fn;

import java.util.Map;
import org.apache.kafka.streams.kstream.Windowed;

/** New keys, as fn/key.go: for select-key, group-by and look-ups in global tables. */
public final class Keys {
  private Keys() {}

  private static final Map<String, Fn.Value> TABLE = Map.of(
      "value", (k, v) -> v,
      "first", (k, v) -> ((String) v).substring(0, Math.min(1, ((String) v).length())),
      "parity", (k, v) -> (Long) v % 2 == 0 ? "even" : "odd",
      "digit", (k, v) -> (Long) v % 3,
      "key-length", (k, v) -> (long) ((String) k).length(),
      "same", (k, v) -> k,
      "inner", (k, v) -> ((Windowed<?>) k).key(),
      "start", (k, v) -> ((Windowed<?>) k).window().start(),
      "opt-sign", (k, v) -> v == null || (Long) v == 0 ? null : (Long) v > 0 ? "pos" : "neg");

  public static Fn.Value of(String name) { return Fn.find(TABLE, "key", name); }
}
