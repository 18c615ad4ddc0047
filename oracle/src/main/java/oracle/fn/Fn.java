package oracle.fn;

import java.util.Set;
import org.apache.kafka.streams.kstream.Windowed;

/** The shapes of user functions. Null is an absent key or value. */
public final class Fn {
  private Fn() {}

  public interface Predicate { boolean test(Object k, Object v); }

  public interface Value { Object apply(Object k, Object v); }

  public interface Joiner { Object apply(Object k, Object v, Object other); }

  public interface Many { java.util.List<?> apply(Object k, Object v); }

  /** A fold: reduce has neither zero nor merge. */
  public record Fold(java.util.function.Supplier<Object> zero, Joiner add, Joiner merge) {}

  /** The last n characters. */
  static String tail(String s, int n) { return s.length() <= n ? s : s.substring(s.length() - n); }

  static long start(Object windowed) { return ((Windowed<?>) windowed).window().start(); }

  static long end(Object windowed) { return ((Windowed<?>) windowed).window().end(); }

  /** The functions that look at the window beside the key of a windowed table. */
  private static final Set<String> LOOK = Set.of("early", "long", "ends", "since", "by-start");

  /** The key that a function sees of a windowed table's key, whose inner key has the given type. */
  public static Object seen(String name, String type, Object key) {
    return key instanceof Windowed<?> w && !type.contains("(") && !LOOK.contains(name) ? w.key() : key;
  }

  /** A function whose name begins with opt- sees absence; all others are not called for an absent value. */
  public static boolean sees(String name) { return name.startsWith("opt-"); }

  static <T> T find(java.util.Map<String, T> table, String role, String name) {
    T f = table.get(name);
    if (f == null) throw new IllegalArgumentException("no " + role + " " + name);
    return f;
  }
}
