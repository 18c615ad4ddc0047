package oracle.fn;

import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;

/** New records, one or many, as fn/pair.go. */
public final class Pairs {
  private Pairs() {}

  private static final Map<String, Fn.Value> ONE = Map.of(
      "swap", (k, v) -> KeyValue.pair(v, k),
      "measure", (k, v) -> KeyValue.pair(v, (long) ((String) k).length()),
      "by-start", (k, v) -> KeyValue.pair(Fn.start(k), v),
      "print", (k, v) -> KeyValue.pair(v.toString(), k),
      "opt-shift", (k, v) -> KeyValue.pair(k, v == null || (Long) v < 0 ? null : (Long) v - 2));

  private static final Map<String, Fn.Many> MANY = Map.of(
      "letters", (k, v) -> ((String) v).chars().mapToObj(c -> KeyValue.pair(String.valueOf((char) c), k)).toList(),
      "twice", (k, v) -> List.of(KeyValue.pair(k, v), KeyValue.pair(k, (Long) v + 1)),
      "spread", (k, v) -> (Long) v <= 0 ? List.of() : List.of(KeyValue.pair("x", v), KeyValue.pair(k, (Long) v - 1)));

  public static Fn.Value of(String name) { return Fn.find(ONE, "pair", name); }

  public static Fn.Many many(String name) { return Fn.find(MANY, "list of pairs", name); }
}
