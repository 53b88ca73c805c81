# One end of a connection as MMM's programs make it: what IO::Socket::SSL is given is read from their configuration.
# Usage: peer.pl listen|dial SERIES CONFIGURATION ADDRESS PORT. Prints "established", or "refused: " and the reason.
use strict;
use warnings;
use IO::Socket::SSL;

my ($role, $series, $file, $address, $port) = @ARGV;
alarm 30;

# Series 1: what is indented belongs to the object above it. A blank at the end of a line is part of the value.
sub objects {
  my ($in) = @_;
  my ($type, %found);
  while (my $line = <$in>) {
    chomp $line;
    next if $line =~ /^\s*(#|$)/;
    if ($line =~ /^(\S+)\s+(.*)$/) { $type = $1 eq 'socket_type' ? $2 : '' }
    elsif ($line =~ /^\s+(\S+)\s(?:\s*)(.*)$/ && ($type // '') eq 'ssl') { $found{$1} = $2 }
  }
  return %found;
}

# Series 2: a section has tags around it, and an unknown key within ends the program.
sub sections {
  my ($in) = @_;
  my %known = map { $_ => 1 } qw(type cert_file key_file ca_file);
  my ($section, %found) = ('');
  while (my $line = <$in>) {
    chomp $line;
    next if $line =~ /^\s*(#|$)/;
    if ($line =~ /^\s*<\s*\/\s*\w+\s*>\s*$/) { $section = '' }
    elsif ($line =~ /^\s*<\s*(\w+)(?:\s+[\w-]+)?\s*>\s*$/) { $section = $1 }
    elsif ($section eq 'socket' && $line =~ /^\s*(\S+)\s+(.*?)\s*$/) {
      die "Unknown variable $1\n" unless $known{$1};
      $found{$1} = $2;
    }
  }
  return (delete $found{type} // '') eq 'ssl' ? %found : ();
}

die "$file can be read or written by others\n" if $series == 2 && (stat $file)[2] & 0006;
open my $in, '<', $file or die "$file: $!\n";
my %found = $series == 1 ? objects($in) : sections($in);
die "$file says nothing of SSL\n" unless %found;
my %ssl = map { ("SSL_$_" => $found{$_}) } keys %found;

if ($role eq 'listen') {
  my $server = IO::Socket::SSL->new(
    LocalHost => $address, LocalPort => $port, Proto => 'tcp', Listen => 10, Reuse => 1, %ssl, SSL_verify_mode => 0x03,
  ) or die "cannot listen: $!, $SSL_ERROR\n";
  $server->timeout(20);
  if (my $client = $server->accept) {
    my $line = <$client>;
    print $client "OK\n";
    print defined $line ? "established\n" : "refused: nothing was said\n";
    close $client;
  } else {
    print "refused: $SSL_ERROR\n";
  }
} else {
  my $socket;
  for (1 .. 100) {
    $socket = IO::Socket::SSL->new(
      PeerAddr => $address, PeerPort => $port, Proto => 'tcp', Timeout => 10, SSL_use_cert => 1, %ssl,
    );
    last if $socket || !$!{ECONNREFUSED};
    select undef, undef, undef, 0.1;
  }
  if ($socket) {
    local $SIG{PIPE} = 'IGNORE';
    print $socket "PING\n";
    my $answer = <$socket>;
    print defined $answer && $answer eq "OK\n" ? "established\n" : "refused: the server hung up\n";
  } else {
    print "refused: $SSL_ERROR\n";
  }
}
