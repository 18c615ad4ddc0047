package oracle;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads cases from standard input, each a block of lines closed by the line "end", and answers each with such a block. One
 * process plays any number of cases. Requests of {@link Live} come the same way.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    List<String> block = new ArrayList<>();
    Live live = new Live();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.equals("end")) {
        block.add(line);
        continue;
      }
      StringBuilder answer = new StringBuilder();
      try {
        if (Live.asked(block)) answer.append(live.answer(block)).append('\n');
        else new Player(answer).play(block);
      } catch (Throwable e) {
        answer.append("error ").append(String.valueOf(e).replace('\n', ' ')).append('\n');
        for (Throwable c = e.getCause(); c != null; c = c.getCause()) answer.append("because ").append(String.valueOf(c).replace('\n', ' ')).append('\n');
      }
      block.clear();
      out.print(answer);
      out.print("end\n");
      out.flush();
    }
    System.exit(0); // also when a live application was left running
  }
}
